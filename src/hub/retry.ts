import { setTimeout as sleep } from "node:timers/promises";

import { AbstractLLMError } from "../errors.js";
import { headerOf, StatusError } from "./http.js";

/** Attempts without any progress before it is given up. */
const MAX_ATTEMPTS = 5;
const MAX_DELAY_MS = 30_000;
/** Servers may ask for more; then it is said, and not waited for. */
const MAX_WAIT_MS = 5 * 60_000;

const CONNECTION_LOST =
  /^(?:ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN|ENET\w+|EHOST\w+|HPE_\w+|ERR_STREAM_PREMATURE_CLOSE|ERR_SSL_\w+)$/;
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

export interface RetryOptions {
  readonly signal: AbortSignal;
  /** By default 5. */
  readonly attempts?: number;
  /** Before the second attempt; doubled before each further one. */
  readonly delayMs: number;
  /** Told before each wait. */
  readonly onRetry?: ((error: Error, waitMs: number) => void) | undefined;
}

/** What an attempt tells of itself. */
export interface Attempt {
  /** Something was achieved: what fails after it counts as the first failure. */
  progressed(): void;
}

/**
 * Repeats what fails for reasons that pass: connections, overloaded servers, limits of rates,
 * which are waited for as long as the server says.
 *
 * @throws what the last attempt threw
 */
export async function withRetries<T>(
  { signal, delayMs, onRetry, attempts = MAX_ATTEMPTS }: RetryOptions,
  work: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  let failures = 0;
  const attempt: Attempt = {
    progressed: () => {
      failures = 0;
    },
  };
  for (;;) {
    try {
      return await work(attempt);
    } catch (error) {
      signal.throwIfAborted();
      failures += 1;
      const wait = waitBefore(error, failures, delayMs);
      if (wait === undefined || failures >= attempts) throw error;
      onRetry?.(error as Error, wait);
      await sleep(wait, undefined, { signal }).catch(() => {
        signal.throwIfAborted();
      });
    }
  }
}

/** Whether an error may be gone when it is tried again. */
export function isTransient(error: unknown): boolean {
  if (error instanceof StatusError) return TRANSIENT.has(error.status);
  // Ours are verdicts; those of sockets and of HTTP's parser pass, those of disks do not.
  if (error instanceof AbstractLLMError || !(error instanceof Error)) return false;
  return CONNECTION_LOST.test((error as NodeJS.ErrnoException).code ?? "");
}

function waitBefore(error: unknown, failures: number, delayMs: number): number | undefined {
  if (!isTransient(error)) return undefined;
  const asked = error instanceof StatusError ? askedWait(error) : undefined;
  if (asked !== undefined) return asked > MAX_WAIT_MS ? undefined : asked;
  const delay = Math.min(MAX_DELAY_MS, delayMs * 2 ** (failures - 1));
  // Not all who failed together shall come back together.
  return delay * (0.5 + Math.random() / 2);
}

/** How long a server asks to wait, in ms: Retry-After, or the Hub's own RateLimit header. */
export function askedWait({ status, headers }: StatusError): number | undefined {
  const after = headerOf(headers, "retry-after")?.trim();
  if (after !== undefined && /^\d+$/.test(after)) return Number(after) * 1000;
  const date = after === undefined ? Number.NaN : Date.parse(after);
  if (!Number.isNaN(date)) return Math.max(0, date - Date.now());
  const seconds = /;\s*t=(\d+)/.exec(headerOf(headers, "ratelimit") ?? "")?.[1];
  return status === 429 && seconds !== undefined ? Number(seconds) * 1000 : undefined;
}
