import { wasEnded } from "./closed-error.js";
import type { GenerateResult } from "./results.js";

/** What runs a generation: it reports pieces and returns what is known at the end. */
export type GenerationBody = (onText: (piece: string) => void) => Promise<GenerateResult>;

/**
 * A generation under way: await it for the text, iterate it for pieces as they come, or
 * ask for `result()`. Several of these may be mixed; an iteration that starts late gets
 * the earlier pieces first.
 */
export class Generation implements PromiseLike<string>, AsyncIterable<string> {
  readonly #result: Promise<GenerateResult>;
  readonly #abort: (reason?: unknown) => void;
  readonly #pieces: string[] = [];
  #wake: PromiseWithResolversOf = withResolvers();
  #over = false;

  /** Names it in logs: "[object Generation]". */
  readonly [Symbol.toStringTag] = "Generation";

  /** @internal */
  constructor(body: GenerationBody, abort: (reason?: unknown) => void) {
    this.#abort = abort;
    this.#result = this.#run(body);
  }

  /** The text with everything that is known about how it came about. */
  result(): Promise<GenerateResult> {
    return this.#result;
  }

  /** Stops the generation; what waits for it rejects with `reason`, or an AbortError. */
  abort(reason?: unknown): void {
    // Who stops a call knows how it ends; the rejection is not news if nobody awaits it.
    this.#result.catch(() => undefined);
    this.#abort(reason);
  }

  then<Value = string, Failure = never>(
    onFulfilled?: ((text: string) => Value | PromiseLike<Value>) | null,
    onRejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    return this.#result.then(({ text }) => text).then(onFulfilled, onRejected);
  }

  catch<Failure = never>(
    onRejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<string | Failure> {
    return this.then(null, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<string> {
    return this.then().finally(onFinally);
  }

  /** Pieces of text; leaving the loop early stops the generation. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    // The loop reports a failure; without this Node would report it as unhandled, too.
    this.#result.catch(() => undefined);
    let next = 0;
    try {
      for (;;) {
        const pieces = this.#pieces.slice(next);
        if (pieces.length > 0) {
          next += pieces.length;
          yield pieces.join("");
        } else if (this.#over) {
          await this.#result;
          return;
        } else {
          await this.#wake.promise;
        }
      }
    } finally {
      if (!this.#over) this.#abort();
    }
  }

  async #run(body: GenerationBody): Promise<GenerateResult> {
    try {
      return await body((piece) => {
        this.#pieces.push(piece);
        this.#signalChange();
      });
    } catch (error) {
      // Who cleans up knows how its calls end; that is not news if nobody awaits them.
      if (wasEnded(error)) this.#result.catch(() => undefined);
      throw error;
    } finally {
      this.#over = true;
      this.#signalChange();
    }
  }

  #signalChange(): void {
    const { resolve } = this.#wake;
    this.#wake = withResolvers();
    resolve();
  }
}

interface PromiseWithResolversOf {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function withResolvers(): PromiseWithResolversOf {
  let resolve!: () => void;
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
