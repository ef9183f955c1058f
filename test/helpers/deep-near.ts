import assert from "node:assert/strict";
import { assertNear } from "./near.js";

/** That two values are equal but for rounding in their numbers. */
export function assertDeepNear(
  actual: unknown,
  expected: unknown,
  tolerance: number,
  place = "",
): void {
  if (typeof expected === "number") {
    assert.equal(typeof actual, "number", place);
    assertNear(actual as number, expected, place, tolerance);
    return;
  }
  if (typeof expected !== "object" || expected === null) {
    assert.deepEqual(actual, expected, place);
    return;
  }
  assert.ok(typeof actual === "object" && actual !== null, place);
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort(), place);
  for (const [key, value] of Object.entries(expected)) {
    const inner = (actual as Record<string, unknown>)[key];
    assertDeepNear(inner, value, tolerance, `${place}[${key}]`);
  }
}
