import { RequestTimeoutError } from "../errors.js";
import { onAbort } from "./on-abort.js";

/**
 * One signal for all that can stop a call: the caller's signal, abort(), the timeout.
 * Dispose when the call is over: it removes the listener and the timer.
 */
export class CallScope {
  readonly #controller = new AbortController();
  readonly #stopListening: () => void;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(outer: AbortSignal | undefined, timeoutSeconds: number | undefined) {
    this.#stopListening = onAbort(outer, () => {
      this.#controller.abort(outer?.reason);
    });
    if (outer?.aborted === true) {
      this.#controller.abort(outer.reason);
      return;
    }
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
    this.#stopListening();
  }
}
