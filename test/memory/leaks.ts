import assert from "node:assert/strict";
import { CHILD_TIMEOUT_MS, PACKAGE_MAIN, runChild } from "../helpers/child.js";

export const KINDS = ["use", "abort", "drop", "calls"] as const;

/** What cycles.mjs found. */
export interface CyclesReport {
  readonly baseline: Readonly<Record<"threads" | "files", number>>;
  readonly end: Readonly<Record<"threads" | "files", number>>;
  /** Memory in use after each cycle. */
  readonly kib: readonly number[];
}

/**
 * How much more memory may be in use late than midway, in KiB. It rises by some 30 MiB in
 * 350 cycles that are given up, and stays there: that is malloc's arenas and V8 finding
 * their sizes, and up to 12 MiB of it fall between the two windows. A cycle that leaked its KV cache (2.5 MiB), its compute buffer (7.5 MiB) or
 * its weights would be far beyond this in seven cycles, its vocabulary in the 150 of a
 * full run. What is smaller is for the sanitizers to find.
 */
const MAX_GROWTH_KIB = 16 * 1024;

export async function runCycles(
  kind: (typeof KINDS)[number],
  cycles: number,
): Promise<CyclesReport> {
  const script = new URL("./cycles.mjs", import.meta.url);
  const outcome = await runChild(script, [PACKAGE_MAIN, kind, String(cycles)], {
    execArgv: ["--expose-gc"],
    hangGuardMs: CHILD_TIMEOUT_MS * Math.ceil(cycles / 50),
  });
  assert.equal(outcome.stderr, "");
  assert.deepEqual([outcome.hung, outcome.signal, outcome.code], [false, null, 0]);
  return JSON.parse(outcome.stdout) as CyclesReport;
}

/** The growth between the third sixth of the cycles and the last, in KiB. */
export function growthKib({ kib }: CyclesReport): number {
  const mean = (from: number, to: number): number => {
    const window = kib.slice(Math.round(from * kib.length), Math.round(to * kib.length));
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  };
  return Math.round(mean(5 / 6, 1) - mean(2 / 6, 3 / 6));
}

export function assertNoLeak(report: CyclesReport): void {
  const growth = growthKib(report);
  assert.ok(growth <= MAX_GROWTH_KIB, `memory grew by ${String(growth)} KiB`);
  assert.deepEqual(report.end, report.baseline);
}
