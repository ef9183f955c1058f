import assert from "node:assert/strict";
import { CHILD_TIMEOUT_MS, PACKAGE_MAIN, runChild } from "../helpers/child.js";
import { answerTo } from "../helpers/reference.js";

const COLLECTED = new URL("./children/collected.mjs", import.meta.url);

describe("a provider that is dropped without cleanup", function () {
  this.timeout(CHILD_TIMEOUT_MS);

  for (const state of ["constructed", "loaded", "generating"]) {
    it(`gives back its threads and its model when it was ${state}`, async () => {
      const outcome = await runChild(COLLECTED, [PACKAGE_MAIN, state], {
        execArgv: ["--expose-gc"],
      });
      assert.deepEqual(outcome, {
        code: 0,
        signal: null,
        hung: false,
        stderr: "",
        stdout: `${answerTo("Hello")}\n`,
      });
    });
  }
});
