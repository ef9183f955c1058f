import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import type { ProviderOptions } from "../../src/index.js";
import { CHILD_TIMEOUT_MS, PACKAGE_MAIN, runChild } from "../helpers/child.js";
import { useTempFolder, withCacheFolder } from "../helpers/gguf.js";
import { writeRandomLlama } from "../helpers/random-checkpoint.js";

interface Prediction {
  readonly verdict: string;
  readonly needed: number;
  readonly parts: Readonly<Record<string, number>>;
  /** By how much resident memory grew. */
  readonly taken: number;
}

// Of what is measured: the share that a prediction may be off, either way.
const TOLERANCE = 0.05;

/** Weights of 32 to 260 MiB, caches of 9 to 256 MiB. */
const GRID: readonly ProviderOptions[] = [
  { context_window: 512 },
  { context_window: 4096 },
  { context_window: 4096, cache_type_k: "q8_0", cache_type_v: "q8_0" },
  { context_window: 2048, quantization: "q8_0" },
  { context_window: 1024, kv_cache_tokens: 4096, quantization: "q4_0" },
  { context_window: 512, torch_dtype: "float32" },
  { context_window: 2048, quantization: "q4_k_m", cache_type_k: "q8_0" },
];

describe("a prediction of memory is within 5 % of what loading takes", function () {
  this.timeout(CHILD_TIMEOUT_MS);
  const folder = useTempFolder();
  before(() => {
    writeRandomLlama(folder(), { hidden: 768, intermediate: 2048, layers: 18 });
  });

  for (const options of GRID) {
    it(JSON.stringify(options), async function () {
      // Other systems tell less about a process.
      if (!existsSync("/proc/self/status")) this.skip();
      const { verdict, needed, parts, taken } = await withCacheFolder(folder(), () =>
        measured({ ...options, model: folder() }),
      );
      assert.equal(verdict, "fits");
      const difference = needed / taken - 1;
      assert.ok(
        Math.abs(difference) <= TOLERANCE,
        `${(100 * difference).toFixed(1)} %: ${String(needed)} for ${String(taken)}, ${JSON.stringify(parts)}`,
      );
    });
  }
});

async function measured(options: ProviderOptions): Promise<Prediction> {
  const script = new URL("./prediction.mjs", import.meta.url);
  const outcome = await runChild(script, [PACKAGE_MAIN, JSON.stringify(options)], {
    execArgv: ["--expose-gc"],
  });
  assert.equal(outcome.stderr, "");
  assert.equal(outcome.code, 0);
  return JSON.parse(outcome.stdout) as Prediction;
}
