import { RequestTimeoutError } from "../errors.js";

/**
 * One signal for all that can stop a call: the caller's signal, abort(), the timeout.
 * Dispose when the call is over: it removes the listener and the timer.
 */
export class CallScope {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(outer: AbortSignal | undefined, timeoutSeconds: number | undefined) {
    this.#outer = outer;
    if (outer?.aborted === true) {
      this.#controller.abort(outer.reason);
      return;
    }
    outer?.addEventListener("abort", this.#onOuterAbort, { once: true });
    if (timeoutSeconds !== undefined) {
      this.#timer = setTimeout(() => {
        this.#controller.abort(
          new RequestTimeoutError(
            `The call did not finish within its timeout of ${String(timeoutSeconds)} s.`,
            { details: { timeout: timeoutSeconds } },
          ),
        );
      }, timeoutSeconds * 1000);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops the call; without a reason, with an AbortError as AbortController makes it. */
  abort(reason?: unknown): void {
    this.#controller.abort(reason);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#onOuterAbort);
  }

  readonly #onOuterAbort = (): void => {
    this.#controller.abort(this.#outer?.reason);
  };
}
