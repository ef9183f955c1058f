import assert from "node:assert/strict";
import { checkSections } from "../../src/cli/check-text.js";
import type { DeviceRequirement, SystemRequirements } from "../../src/index.js";

const GIB = 2 ** 30;

function device(name: string, needed: number, available: number): DeviceRequirement {
  const parts = {
    weights: (needed * GIB) / 2,
    kv_cache: (needed * GIB) / 4,
    compute: (needed * GIB) / 4,
    ...{ media: 0, other: 0 },
  };
  return {
    ...{ device: name, needed_bytes: needed * GIB, parts },
    ...{ available_bytes: available * GIB, budget_bytes: undefined, used_bytes: 0 },
  };
}

const REQUIREMENTS: SystemRequirements = {
  verdict: "does_not_fit",
  reason: "It takes 16.0 GiB on cuda:0, of which 12.0 GiB are free.",
  context_window: 8192,
  devices: [device("cpu", 4, 16), device("cuda:0", 16, 12)],
  remedies: [
    {
      option: "context_window",
      value: 4096,
      options: { context_window: 4096 },
      words: "Set context_window to 4096, which takes 12.0 GiB.",
      needed_bytes: 12 * GIB,
    },
  ],
  plan: {
    device_map: { "model.embed_tokens": "cpu", "model.layers.0-31": "cuda:0", lm_head: "cuda:0" },
    layers: { cpu: 0, "cuda:0": 32 },
    reasons: ["cuda:0 has all 32 layers and the output: 16.0 GiB of 12.0 GiB."],
  },
};

describe("the text of a check", () => {
  it("has the verdict, a table, a drawing, the reasons and what helps", () => {
    const sections = checkSections(REQUIREMENTS, 100);
    const text = sections.flatMap(({ title, lines }) => [title, ...lines]).join("\n");
    assert.equal(
      text,
      `It does not fit
  It takes 16.0 GiB on cuda:0, of which 12.0 GiB are free.
Memory
  DEVICE   WEIGHTS  KV CACHE   COMPUTE  MEDIA  OTHER    NEEDED  AVAILABLE
  cpu     2.00 GiB  1.00 GiB  1.00 GiB    0 B    0 B  4.00 GiB   16.0 GiB
  cuda:0  8.00 GiB  4.00 GiB  4.00 GiB    0 B    0 B  16.0 GiB   12.0 GiB
What lies where
  cpu     [WWWWWWKKKCCC....................................]
  cuda:0  [WWWWWWWWWWWWWWWWWWWWWWWWKKKKKKKKKKKK!!!!!!!!!!!!]
  W weights, K KV cache, C compute, M media, O other, . free, ! too much

  model.embed_tokens  cpu
  model.layers.0-31   cuda:0
  lm_head             cuda:0
Why
  cuda:0 has all 32 layers and the output: 16.0 GiB of 12.0 GiB.
What helps
  Set context_window to 4096, which takes 12.0 GiB.`,
    );
  });

  it("says so where it fits, and where nobody knows", () => {
    const titles = (["fits", "unknown"] as const).map(
      (verdict) => checkSections({ ...REQUIREMENTS, verdict }, 80)[0]?.title,
    );
    assert.deepEqual(titles, ["It fits", "Nobody can say whether it fits"]);
  });
});
