/**
 * What Ctrl+C means: the first one stops the work under way, a second one leaves at
 * once. The count starts anew with `renew()`.
 */
export class Interrupts {
  readonly #leave: () => void;
  #controller = new AbortController();

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  /** Aborted by the next interrupt. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** A new piece of work begins. */
  renew(): void {
    if (this.signal.aborted) this.#controller = new AbortController();
  }

  readonly interrupt = (): void => {
    if (this.signal.aborted) {
      this.#leave();
    } else {
      this.#controller.abort(new DOMException("Interrupted by SIGINT.", "AbortError"));
    }
  };
}
