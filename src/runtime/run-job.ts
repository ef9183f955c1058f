import type { ProgressListener } from "../config/types.js";
import { errorFromNative, type AbstractLLMError } from "../errors.js";
import type { Dispatcher } from "./dispatcher.js";
import { onAbort } from "./on-abort.js";

/** What a caller wants to hear of a job, and how it stops it. */
export interface JobOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onText?: ((piece: string, index: number) => void) | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Made where the user called, for the stack of errors. */
  readonly callSite?: Error | undefined;
}

/** Whose jobs they are. */
export interface JobOwner {
  readonly dispatcher: Dispatcher;
  cancel(job: number): void;
  /** What a job is rejected with that the owner's end has ended. */
  endedError(): AbstractLLMError;
}

/**
 * Submits a job and waits for its result. An aborted one rejects at once with the signal's
 * reason; the core hears of it and stops soon.
 */
export function runJob<Result>(
  owner: JobOwner,
  submit: () => number,
  options: JobOptions = {},
): Promise<Result> {
  const { signal, callSite } = options;
  return new Promise<Result>((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    const job = submit();
    let settled = false;
    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      stopListening();
      finish();
    };
    const stop = (reason: unknown): void => {
      settle(() => {
        owner.cancel(job);
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
    owner.dispatcher.listen(job, {
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
          // Nobody but the owner's end aborts a job without settling it first.
          reject(
            failure.code === "ABORTED" ? owner.endedError() : errorFromNative(failure, callSite),
          );
        });
      },
    });
  });
}
