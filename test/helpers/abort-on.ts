import type { CallOptions, Progress } from "../../src/index.js";

export interface AbortingOptions {
  /** For the call that is to be aborted. */
  readonly options: Required<CallOptions>;
  /** What it has to reject with. */
  readonly reason: Error;
  /** The progress that it reported. */
  readonly seen: readonly Progress[];
}

/** Options that abort a call by the first event of a kind of progress, or by a later one. */
export function abortOn(
  stage: Progress["stage"],
  when: (progress: Progress) => boolean = () => true,
): AbortingOptions {
  const controller = new AbortController();
  const reason = new Error(`aborted in ${stage}`);
  const seen: Progress[] = [];
  const onProgress = (progress: Progress): void => {
    seen.push(progress);
    if (progress.stage === stage && when(progress)) controller.abort(reason);
  };
  return { options: { signal: controller.signal, onProgress }, reason, seen };
}
