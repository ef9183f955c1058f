import type { ProgressListener } from "../config/types.js";
import { withCallSite } from "../errors.js";
import { alsoEnded } from "./closed-error.js";
import type { HostedModel } from "./hosted-model.js";
import { onAbort } from "./on-abort.js";

/** One attempt to load, shared by all calls that came while it ran. */
export interface Attempt {
  readonly outcome: Promise<HostedModel>;
  readonly controller: AbortController;
  readonly listeners: Set<ProgressListener>;
  waiting: number;
}

export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Made where the user called, for the stack of errors. */
  readonly callSite?: Error | undefined;
}

/** Waits for a shared attempt with one caller's signal and progress listener. */
export async function waitFor(
  attempt: Attempt,
  { signal, onProgress, callSite }: WaitOptions,
): Promise<HostedModel> {
  return await new Promise<HostedModel>((resolve, reject) => {
    let settled = false;
    const leave = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      attempt.listeners.delete(listener);
      stopListening();
      attempt.waiting -= 1;
      finish();
    };
    const giveUp = (reason: unknown): void => {
      leave(() => {
        reject(reason);
        if (attempt.waiting === 0) attempt.controller.abort(reason);
      });
    };
    const listener: ProgressListener = (progress) => {
      try {
        onProgress?.(progress);
      } catch (error) {
        giveUp(error);
      }
    };
    attempt.waiting += 1;
    attempt.listeners.add(listener);
    const stopListening = onAbort(signal, () => {
      giveUp(signal?.reason);
    });
    attempt.outcome.then(
      (model) => {
        leave(() => {
          resolve(model);
        });
      },
      (error: unknown) => {
        leave(() => {
          reject(alsoEnded(error, withCallSite(error, callSite)));
        });
      },
    );
  });
}
