import { setTimeout as sleep } from "node:timers/promises";

import { loadBinding } from "../native/load.js";

/** How often it is looked whether a lock is free: locks cannot be waited for and given up. */
const POLL_MS = 100;

export interface LockOptions {
  readonly signal: AbortSignal;
  /** Called while somebody else has the lock, every now and then. */
  readonly onWait?: (() => Promise<void>) | undefined;
  /** Told once when the file system has no locks: the work is done without. */
  readonly onNone?: ((reason: string) => void) | undefined;
}

/**
 * Does a piece of work while holding the lock of a file: against other threads and processes,
 * those of Python's huggingface_hub included. A process that is killed holds it no longer.
 * The file stays.
 */
export async function withLock<T>(
  path: string,
  { signal, onWait, onNone }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const binding = loadBinding();
  for (;;) {
    signal.throwIfAborted();
    const lock = binding.tryLockFile(path);
    if (typeof lock === "string") {
      onNone?.(lock);
      return await work();
    }
    if (lock !== false) {
      try {
        return await work();
      } finally {
        binding.unlockFile(lock);
      }
    }
    await onWait?.();
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}
