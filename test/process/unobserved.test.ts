import assert from "node:assert/strict";
import { CHILD_TIMEOUT_MS, PACKAGE_MAIN, runChild } from "../helpers/child.js";

const UNOBSERVED = new URL("./children/unobserved.mjs", import.meta.url);

describe("a generation whose end nobody looks at", function () {
  this.timeout(CHILD_TIMEOUT_MS);

  for (const what of [
    "succeeds",
    "is left in a loop",
    "is aborted in a loop",
    "is ended by a cleanup",
    "is ended by a cleanup while it loads",
  ]) {
    it(`and which ${what} is nothing to Node`, async () => {
      const outcome = await runChild(UNOBSERVED, [PACKAGE_MAIN, what]);
      assert.deepEqual(outcome, { code: 0, signal: null, hung: false, stdout: "", stderr: "" });
    });
  }

  it("and which fails is an unhandled rejection, as for any promise", async () => {
    const { code, signal, stderr } = await runChild(UNOBSERVED, [PACKAGE_MAIN, "fails"]);
    assert.deepEqual([code, signal], [1, null]);
    assert.match(stderr, /InvalidParameterError: .*temprature/);
  });
});
