import { existsSync } from "node:fs";
import { CHILD_TIMEOUT_MS } from "../helpers/child.js";
import { assertNoLeak, KINDS, runCycles } from "./leaks.js";

// The fast form; `node --import tsx test/memory/run.ts` is the full one.
const CYCLES = 48;

const TITLES = {
  use: "loading, answering and cleaning up",
  abort: "giving up while the model loads",
  drop: "dropping a provider without cleanup",
  calls: "calls of many kinds on one model",
} as const;

describe("memory, threads and open files come back after", function () {
  this.timeout(CHILD_TIMEOUT_MS);

  for (const kind of KINDS) {
    it(TITLES[kind], async function () {
      // Other systems tell less about a process.
      if (!existsSync("/proc/self/status")) this.skip();
      assertNoLeak(await runCycles(kind, CYCLES));
    });
  }
});
