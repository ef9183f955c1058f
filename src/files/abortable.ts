/**
 * The outcome of a promise, unless the signal aborts first: then it rejects with the
 * signal's reason, and the promise goes on unobserved. For what cannot be aborted itself,
 * such as a read from a dead network drive.
 */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(signal.reason);
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
    // It may reject later, when nobody listens any more.
    promise.catch(() => undefined);
  }
}
