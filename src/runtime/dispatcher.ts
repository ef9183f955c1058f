import type { LogLevel } from "../config/logger.js";
import type { NativeEvent, NativeFailure } from "../native/binding.js";

/** What happens to one job; the last call is `done` or `failed`. */
export interface JobListener {
  /** `index` of the completion. */
  text(piece: string, index: number): void;
  progress(stage: "load" | "encode" | "prefill", done: number, total: number): void;
  done(result: unknown): void;
  failed(failure: NativeFailure): void;
}

export interface LogReceiver {
  log(level: LogLevel, text: string): void;
}

/**
 * Hands the events of the one native channel to the jobs that they belong to. Owns the
 * listeners of pending jobs, and so keeps alive whatever waits for them.
 */
export class Dispatcher {
  readonly #listeners = new Map<number, JobListener>();
  // Weakly: a logger may refer to its provider, which could then never be collected.
  readonly #models = new Map<number, WeakRef<LogReceiver>>();

  listen(job: number, listener: JobListener): void {
    this.#listeners.set(job, listener);
  }

  addModel(id: number, model: LogReceiver): void {
    this.#models.set(id, new WeakRef(model));
  }

  forgetModel(id: number): void {
    this.#models.delete(id);
  }

  readonly handle = (events: NativeEvent[]): void => {
    // Nothing of a user's can throw here: jobs and loggers catch what they call.
    for (const event of events) this.#dispatch(event);
  };

  #dispatch(event: NativeEvent): void {
    if (event.type === "log") {
      this.#models.get(event.model)?.deref()?.log(event.level, event.text);
      return;
    }
    const listener = this.#listeners.get(event.job);
    if (listener === undefined) {
      // The end of a model that was collected, not cleaned up: nobody waits for it.
      if (event.type === "done") this.forgetModel(event.model);
      return;
    }
    switch (event.type) {
      case "text":
        listener.text(event.text, event.index);
        break;
      case "progress":
        listener.progress(event.stage, event.done, event.total);
        break;
      case "done":
        this.#listeners.delete(event.job);
        listener.done(event.result);
        break;
      case "failed":
        this.#listeners.delete(event.job);
        listener.failed(event.error);
        break;
    }
  }
}
