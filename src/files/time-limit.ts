import { linkAbort } from "./link-abort.js";
import { mediaError, type FileLabel } from "./media-error.js";

/**
 * Runs a piece of work on a file under a signal that aborts with the caller's, or with a
 * MediaError when the time is over.
 */
export async function withTimeLimit<T>(
  label: FileLabel,
  seconds: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const unlink = linkAbort(outer, controller);
  const timer = setTimeout(() => {
    controller.abort(
      mediaError(label, `takes longer than ${String(seconds)} s`, {
        remedy: "Raise file_limits.seconds.",
        details: { limit: "seconds", allowed: seconds },
      }),
    );
  }, seconds * 1000);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    unlink();
  }
}
