import type { LogLevel, LogSink } from "../config/logger.js";
import type { ProgressListener } from "../config/types.js";
import type { ResolvedProviderConfig } from "../config/resolved.js";
import { errorFromNative } from "../errors.js";
import type { NativeModel, NativeUsage } from "../native/binding.js";
import { endedError } from "./closed-error.js";
import type { Dispatcher } from "./dispatcher.js";
import { onAbort } from "./on-abort.js";
import { nativeRuntime } from "./native-runtime.js";

/** What a caller wants to hear of a job, and how it stops it. */
export interface JobOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onText?: ((piece: string, index: number) => void) | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Made where the user called, for the stack of errors. */
  readonly callSite?: Error | undefined;
}

/** A native model with promises: each job settles once, however it ends. */
export class NativeEngine {
  readonly #model: NativeModel;
  readonly #dispatcher: Dispatcher;
  readonly #log: LogSink | undefined;
  #closed: Promise<void> | undefined;

  constructor(config: ResolvedProviderConfig) {
    const { binding, dispatcher } = nativeRuntime();
    this.#model = binding.createModel();
    this.#dispatcher = dispatcher;
    this.#log = config.logger;
    dispatcher.addModel(this.#model.id, this);
  }

  /**
   * Submits a job and waits for its result. An aborted one rejects at once with the
   * signal's reason; the core hears of it and stops within a graph node or a micro-batch.
   */
  run<Result>(submit: (model: NativeModel) => number, options: JobOptions = {}): Promise<Result> {
    const { signal, callSite } = options;
    return new Promise<Result>((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const job = submit(this.#model);
      let settled = false;
      const settle = (finish: () => void): void => {
        if (settled) return;
        settled = true;
        stopListening();
        finish();
      };
      const stop = (reason: unknown): void => {
        settle(() => {
          this.#model.cancel(job);
          reject(reason);
        });
      };
      // A listener of the user that throws ends the call with what it threw.
      const guard = (call: () => void): void => {
        if (settled) return;
        try {
          call();
        } catch (error) {
          stop(error);
        }
      };
      const stopListening = onAbort(signal, () => {
        stop(signal?.reason);
      });
      this.#dispatcher.listen(job, {
        text: (piece, index) => {
          guard(() => options.onText?.(piece, index));
        },
        progress: (stage, done, total) => {
          guard(() => options.onProgress?.({ stage, done, total }));
        },
        done: (result) => {
          settle(() => {
            resolve(result as Result);
          });
        },
        failed: (failure) => {
          settle(() => {
            // Nobody but a cleanup aborts a job without settling it first.
            reject(failure.code === "ABORTED" ? endedError() : errorFromNative(failure, callSite));
          });
        },
      });
    });
  }

  /** A line of the engine's log, for the provider's logger. */
  log(level: LogLevel, text: string): void {
    this.#log?.(level, text);
  }

  usage(): NativeUsage {
    return this.#model.usage();
  }

  /** Cancels all jobs and frees the model. Idempotent: always the same promise. */
  close(): Promise<void> {
    this.#closed ??= this.run<undefined>((model) => model.close()).then(() => {
      this.#dispatcher.forgetModel(this.#model.id);
    });
    return this.#closed;
  }
}
