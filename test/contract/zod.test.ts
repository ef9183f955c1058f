import assert from "node:assert/strict";
import { PACKAGE_MAIN, runChild } from "../helpers/child.js";

interface Report {
  readonly refusals: readonly string[];
  readonly seenOfPackage: readonly unknown[];
  readonly isKept: boolean;
  readonly ownWords: string;
}

describe("an application that uses zod itself", () => {
  const script = new URL("children/host-with-zod.mjs", import.meta.url);

  async function report(): Promise<Report> {
    const { code, stdout, stderr } = await runChild(script, [PACKAGE_MAIN]);
    assert.deepEqual([code, stderr], [0, ""]);
    return JSON.parse(stdout) as Report;
  }

  it("keeps its settings, and does not get to see the options of the package", async () => {
    const { isKept, ownWords, seenOfPackage } = await report();
    assert.ok(isKept);
    assert.equal(ownWords, "the application's own words");
    assert.deepEqual(seenOfPackage, []);
  });

  it("does not change what the package says", async () => {
    const { refusals } = await report();
    assert.match(refusals[0] ?? "", /^Invalid value of "temperature": "hot"\. Allowed: a number/);
    assert.match(refusals[1] ?? "", /^Invalid value of "token": \*\*\*\. Allowed: /);
    assert.match(refusals[2] ?? "", /^Invalid value of "stop"\[0\]: ""\. Allowed: /);
  });
});
