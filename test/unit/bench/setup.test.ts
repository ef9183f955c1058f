import assert from "node:assert/strict";

import { ENGINES } from "../../../bench/engines/index.mjs";
import { promptText, shortTexts } from "../../../bench/lib/text.mjs";
import { FULL, QUICK } from "../../../bench/lib/sizes.mjs";
import { SCENARIOS } from "../../../bench/scenarios/index.mjs";
import { parseOptions } from "../../../scripts/lib/bench-options.mjs";
import { binaryPackages } from "../../../scripts/lib/bench-peers.mjs";

describe("benchmark scenarios", () => {
  it("name engines and metrics that exist", () => {
    for (const { engines, metrics, aims } of SCENARIOS) {
      for (const engine of engines) assert.ok(engine in ENGINES, engine);
      for (const aim of aims) {
        assert.ok(aim.metric in metrics, aim.metric);
        if (aim.peer !== undefined) assert.ok(engines.includes(aim.peer), aim.peer);
      }
    }
  });

  it("describe themselves with the sizes that are measured", () => {
    assert.deepEqual(Object.keys(QUICK), Object.keys(FULL));
    for (const { name, note } of SCENARIOS) {
      for (const sizes of [FULL, QUICK]) assert.doesNotMatch(note(sizes), /undefined|NaN/, name);
    }
  });
});

describe("benchmark options", () => {
  it("have defaults, and fewer rounds for a quick look", () => {
    assert.equal(parseOptions([]).plan.rounds, 3);
    assert.equal(parseOptions([]).plan.scenarios, undefined);
    const { plan } = parseOptions(["--quick", "--only", "chats,abort", "--threads", "1"]);
    assert.equal(plan.rounds, 1);
    assert.deepEqual(plan.scenarios, ["chats", "abort"]);
    assert.equal(plan.threads, 1);
  });

  it("are refused by name when they make no sense", () => {
    assert.throws(() => parseOptions(["--only", "chat"]), /--only: there is no "chat"/);
    assert.throws(() => parseOptions(["--engines", "gpt"]), /--engines: there is no "gpt"/);
    for (const rounds of ["0", "1.5", "many", "1e9"]) {
      assert.throws(() => parseOptions(["--rounds", rounds]), /--rounds takes a whole number/);
    }
    assert.throws(() => parseOptions(["--fast"]), /--fast/);
  });
});

describe("packages to compare with", () => {
  const optionalDependencies = {
    "@peer/linux-x64": "1.0.0",
    "@peer/linux-x64-cuda": "1.0.0",
    "@peer/linux-arm64": "1.0.0",
    "@peer/mac-arm64-metal": "1.0.0",
    "@peer/engine-darwin-arm64": "1.0.0",
    "@peer/engine-linuxmusl-x64": "1.0.0",
    "@peer/engine-linux-x64": "2.0.0",
    "@peer/win-x64": "1.0.0",
  };

  it("come with this platform's binaries for the CPU only", () => {
    assert.deepEqual(binaryPackages({ optionalDependencies }, "linux-x64"), [
      "@peer/linux-x64@1.0.0",
      "@peer/engine-linux-x64@2.0.0",
    ]);
    assert.deepEqual(binaryPackages({ optionalDependencies }, "darwin-arm64"), [
      "@peer/mac-arm64-metal@1.0.0",
      "@peer/engine-darwin-arm64@1.0.0",
    ]);
    assert.deepEqual(binaryPackages({ optionalDependencies }, "win32-x64"), [
      "@peer/win-x64@1.0.0",
    ]);
    assert.deepEqual(binaryPackages({}, "linux-x64"), []);
  });
});

describe("texts to measure with", () => {
  it("have the length asked for, and repeat", () => {
    assert.equal(promptText(1200, 3).length, 1200);
    assert.equal(promptText(50, 3), promptText(50, 3));
    assert.match(promptText(500, 3), /^[a-z ]+$/);
  });

  it("share no beginning", () => {
    const beginnings = Array.from({ length: 200 }, (_, seed) => promptText(8, seed));
    assert.equal(new Set(beginnings).size, 200);
    assert.equal(new Set(shortTexts(1000)).size, 1000);
  });
});
