import assert from "node:assert/strict";
import { EXIT } from "../../src/cli/exit-codes.js";
import { runCli } from "../../src/cli/run-cli.js";
import type { Capabilities, ModelRecommendation } from "../../src/index.js";
import { FakeHost } from "./fake-host.js";

describe("abstractllm capabilities", () => {
  it("lists what the embedded model can do, and why", async () => {
    const host = new FakeHost();
    assert.equal(await runCli(["capabilities"], host), EXIT.ok);
    assert.match(host.out, /^CAPABILITY +VERDICT +CONFIDENCE +SERVED +EVIDENCE\n/);
    assert.match(host.out, /^image_to_text +yes +95\.0 % +yes +a part that sees/m);
    assert.doesNotMatch(host.out, /^reasoning/m);
    assert.equal(host.err, "");
  });

  it("lists everything with --all, and as JSON with --json", async () => {
    const host = new FakeHost();
    assert.equal(await runCli(["capabilities", "--all", "--json"], host), EXIT.ok);
    const capabilities = JSON.parse(host.out) as Capabilities;
    assert.equal(capabilities.reasoning?.verdict, "no");
    assert.equal(capabilities.translation?.verdict, "unknown");
  });

  it("fails for what is not there", async () => {
    const host = new FakeHost();
    assert.equal(await runCli(["capabilities", "missing"], host), EXIT.failure);
    assert.match(host.err, /missing/);
  });
});

describe("abstractllm recommend", () => {
  it("prints a table, and how fast memory is", async () => {
    const host = new FakeHost();
    assert.equal(await runCli(["recommend", "embeddings"], host), EXIT.ok);
    assert.match(host.out, /^MODEL +SIZE +AS +NEEDS +FITS +AT MOST +LICENCE +WHY\n/);
    assert.match(host.out, /^sentence-transformers\/all-MiniLM-L6-v2 +23 M/m);
    assert.match(host.err, /^Memory is read with .* per second\. The list is of \d{4}-\d{2}\.\n$/);
  });

  it("prints JSON, of what fits only", async () => {
    const host = new FakeHost();
    assert.equal(await runCli(["recommend", "--fits", "--json"], host), EXIT.ok);
    const rows = JSON.parse(host.out) as ModelRecommendation[];
    assert.ok(rows.every(({ fits, is_measured }) => fits === true && is_measured));
  });

  it("names the nearest task", async () => {
    const host = new FakeHost();
    assert.notEqual(await runCli(["recommend", "visoin"], host), EXIT.ok);
    assert.match(host.err, /Did you mean "vision"/);
  });
});
