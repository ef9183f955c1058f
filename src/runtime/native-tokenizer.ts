import { InvalidRequestError } from "../errors.js";
import type {
  NativeEncodedTexts,
  NativeEncodeRequest,
  NativeTokenizer,
  NativeTokenizerFiles,
} from "../native/tokenizer.js";
import { nativeRuntime } from "./native-runtime.js";
import { runJob, type JobOptions, type JobOwner } from "./run-job.js";

/** A native tokenizer with promises, and a thread of its own. */
export class TokenizerHandle {
  readonly #native: NativeTokenizer;
  readonly #owner: JobOwner;
  #closed: Promise<void> | undefined;

  private constructor() {
    const { binding, dispatcher } = nativeRuntime();
    const native = binding.createTokenizer();
    this.#native = native;
    this.#owner = {
      dispatcher,
      endedError: closedError,
      cancel: (job) => {
        native.cancel(job);
      },
    };
  }

  /** Loads one, which is closed again if that fails. */
  static async load(files: NativeTokenizerFiles, options: JobOptions): Promise<TokenizerHandle> {
    const handle = new TokenizerHandle();
    try {
      await handle.#run(() => handle.#native.load(files), options);
      return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async encode(request: NativeEncodeRequest, options: JobOptions): Promise<NativeEncodedTexts> {
    return await this.#run(() => this.#native.encode(request), options);
  }

  async decode(tokens: Int32Array, skipSpecial: boolean, options: JobOptions): Promise<string> {
    return await this.#run(() => this.#native.decode(tokens, skipSpecial), options);
  }

  /** Ends the calls that are under way. Idempotent: always the same promise. */
  close(): Promise<void> {
    this.#closed ??= runJob<undefined>(this.#owner, () => this.#native.close());
    return this.#closed;
  }

  async #run<Result>(submit: () => number, options: JobOptions): Promise<Result> {
    if (this.#closed !== undefined) throw closedError();
    return await runJob<Result>(this.#owner, submit, options);
  }
}

function closedError(): InvalidRequestError {
  return new InvalidRequestError("The tokenizer was cleaned up. Make a new one with from().");
}
