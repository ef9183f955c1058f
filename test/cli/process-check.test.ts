import assert from "node:assert/strict";
import type { SystemRequirements } from "../../src/index.js";
import { runMain } from "./spawn-cli.js";

describe("abstractllm check", () => {
  it("tells of the embedded model when none is named", async () => {
    const { code, stdout, stderr } = await runMain(["check"]);
    assert.match(stdout, /^It fits\n/);
    assert.match(stdout, /cpu {2}\[W[^\n]*\.\]/);
    assert.match(stdout, /model\.layers\.0-4 +cpu\n/);
    assert.equal(stderr, "");
    assert.equal(code, 0);
  });

  it("ends with 1 and what helps where it does not fit, as JSON too", async () => {
    const args = ["check", "--context-window", "4096", "--max-memory", "cpu=16MiB"];
    const { code, stdout } = await runMain(args);
    assert.match(stdout, /^It does not fit\n {2}It takes/);
    assert.match(stdout, /\nWhat helps\n(?: {2}.*\n)+$/);
    assert.equal(code, 1);
    const json = await runMain([...args, "--json"]);
    const { verdict, devices } = JSON.parse(json.stdout) as SystemRequirements;
    assert.deepEqual([verdict, devices[0]?.available_bytes], ["does_not_fit", 16 * 2 ** 20]);
    assert.equal(json.code, 1);
  });

  it("says how a budget is written", async () => {
    const { code, stderr } = await runMain(["check", "--max-memory", "8GiB"]);
    assert.match(stderr, /such as cpu=8GiB/);
    assert.equal(code, 2);
  });
});
