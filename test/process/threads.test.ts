import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { CHILD_TIMEOUT_MS, PACKAGE_MAIN, runChild } from "../helpers/child.js";

const THREADS_AFTER = new URL("./children/threads-after.mjs", import.meta.url);
// Of 20 times. A thread that was joined may be in /proc for some microseconds still, so
// once or twice says nothing; one that was not waited for is there every time.
const MAX_LEFT = 5;

describe("cleanup", function () {
  this.timeout(CHILD_TIMEOUT_MS);

  it("resolves when the model's threads have ended, whatever they were doing", async function () {
    if (!existsSync("/proc/self/status")) this.skip();
    const { code, stdout, stderr } = await runChild(THREADS_AFTER, [PACKAGE_MAIN]);
    assert.deepEqual([code, stderr], [0, ""]);
    for (const [state, left] of Object.entries(JSON.parse(stdout) as Record<string, number>)) {
      assert.ok(left <= MAX_LEFT, `${state}: ${String(left)} of 20 times a thread was left`);
    }
  });
});
