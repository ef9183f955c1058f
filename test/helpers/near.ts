import assert from "node:assert/strict";

/**
 * By how much log-probabilities differ between runs that compute the same tokens in batches
 * of different shapes: kernels sum in different orders.
 */
const LOGPROB_TOLERANCE = 1e-3;

export function assertNear(
  actual: number,
  expected: number,
  what = "",
  tolerance = LOGPROB_TOLERANCE,
): void {
  const message = `${what} ${String(actual)} instead of ${String(expected)}`;
  assert.ok(Math.abs(actual - expected) <= tolerance, message);
}
