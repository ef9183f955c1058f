import { setMaxListeners } from "node:events";

/**
 * Calls `listener` once when the signal aborts; the returned function stops listening.
 * One signal may stop any number of calls, which Node would report as a leak.
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => undefined;
  setMaxListeners(0, signal);
  signal.addEventListener("abort", listener, { once: true });
  return () => {
    signal.removeEventListener("abort", listener);
  };
}
