import type { LogLevel, LogSink } from "../config/logger.js";
import type { ResolvedProviderConfig } from "../config/resolved.js";
import type { NativeModel, NativeUsage } from "../native/binding.js";
import { endedError } from "./closed-error.js";
import type { Dispatcher } from "./dispatcher.js";
import { nativeRuntime } from "./native-runtime.js";
import { runJob, type JobOptions } from "./run-job.js";

export type { JobOptions } from "./run-job.js";

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
    const owner = {
      dispatcher: this.#dispatcher,
      endedError,
      cancel: (job: number): void => {
        this.#model.cancel(job);
      },
    };
    return runJob<Result>(owner, () => submit(this.#model), options);
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
