import assert from "node:assert/strict";
import { UnsupportedModelError } from "../../../src/errors.js";
import { catchError } from "../config/catch-error.js";
import { metadataOf, planOf, readFixture, withConfig } from "./fixture.js";

/** For each checkpoint of transformers 5, how transformers 4 wrote the same settings. */
const OLDER_FORMS: readonly (readonly [string, Record<string, unknown>])[] = [
  ["llama", { rope_parameters: undefined, rope_theta: 10000.0, rope_scaling: null }],
  ["llama", { rope_parameters: undefined, head_dim: undefined, rms_norm_eps: undefined }],
  [
    "llama-linear",
    { rope_parameters: undefined, rope_theta: 1e4, rope_scaling: { type: "linear", factor: 4 } },
  ],
  [
    "llama3",
    {
      rope_parameters: undefined,
      rope_theta: 500000.0,
      rope_scaling: {
        ...{ rope_type: "llama3", factor: 8.0, low_freq_factor: 1.0, high_freq_factor: 4.0 },
        original_max_position_embeddings: 64,
      },
    },
  ],
  [
    "gemma3",
    {
      ...{ rope_parameters: undefined, rope_theta: 1e6, rope_local_base_freq: 1e4 },
      ...{ layer_types: undefined, sliding_window_pattern: 6, rope_scaling: null },
    },
  ],
  ["gemma3", { rope_parameters: undefined, layer_types: undefined }],
  ["gemma2", { layer_types: undefined, rope_parameters: undefined, final_logit_softcapping: 30.0 }],
  ["phi2", { rope_parameters: undefined, partial_rotary_factor: 0.5 }],
  ["gptneox", { rope_parameters: undefined, rotary_pct: 0.25, rotary_emb_base: 10000 }],
  ["stablelm", { rope_parameters: undefined, partial_rotary_factor: 0.25, rope_theta: 10000 }],
  ["gpt2", { n_ctx: 256, n_inner: null, activation_function: undefined }],
  [
    "modernbert",
    {
      ...{ rope_parameters: undefined, layer_types: undefined },
      ...{ global_rope_theta: 160000.0, local_rope_theta: 10000.0, global_attn_every_n_layers: 3 },
    },
  ],
  ["falcon", { num_kv_heads: undefined, n_head_kv: 4, rope_parameters: undefined }],
  ["nomic", { rope_parameters: undefined, rotary_emb_base: 1000, activation_function: "swiglu" }],
  ["lfm2", { layer_types: undefined, full_attn_idxs: [1] }],
  ["smollm3", { no_rope_layers: undefined }],
  ["mistral", { architectures: undefined }],
];

describe("a config.json of transformers 4", () => {
  for (const [name, changes] of OLDER_FORMS) {
    it(`leads to the same plan: ${name}, ${Object.keys(changes).join(", ")}`, async () => {
      const fixture = await readFixture(name);
      assert.deepEqual(planOf(withConfig(fixture, changes)), planOf(fixture));
    });
  }
});

describe("a language model inside of a larger one", () => {
  it("is planned alone, with the settings of its part", async () => {
    const alone = await readFixture("gemma3");
    const { folder, tensors } = alone;
    const { vocab_size: vocabulary, ...text } = folder.config;
    const whole = {
      folder: {
        ...folder,
        config: {
          architectures: ["Gemma3ForConditionalGeneration"],
          ...{ model_type: "gemma3", vocab_size: vocabulary, text_config: text },
        },
      },
      tensors: [
        ...tensors.map((tensor) => ({ ...tensor, name: `language_model.${tensor.name}` })),
        { name: "vision_tower.encoder.weight", file: 0, dtype: "F32", shape: [1, 1] },
        { name: "multi_modal_projector.weight", file: 0, dtype: "F32", shape: [1, 1] },
      ],
    };
    const plan = planOf(whole);
    assert.deepEqual(plan.metadata, planOf(alone).metadata);
    assert.equal(plan.tensors.length, planOf(alone).tensors.length);
    const [segment] = plan.tensors[0]?.segments ?? [];
    assert.equal(segment?.tensor, "language_model.model.embed_tokens.weight");
  });
});

describe("a sliding window", () => {
  it("that no layer has is left out, because the engine takes it for a promise", async () => {
    const fixture = await readFixture("gemma3");
    const plan = planOf(withConfig(fixture, { layer_types: Array(6).fill("full_attention") }));
    assert.equal(metadataOf(plan, "attention.sliding_window"), undefined);
    const local = await readFixture("modernbert");
    const whole = planOf(withConfig(local, { layer_types: Array(3).fill("full_attention") }));
    assert.equal(metadataOf(whole, "attention.sliding_window"), undefined);
  });
});

describe("rope scaling", () => {
  it("that starts beyond the model's context changes nothing within it", async () => {
    const fixture = await readFixture("llama");
    const rope = { rope_type: "dynamic", rope_theta: 10000.0, factor: 2.0 };
    assert.deepEqual(planOf(withConfig(fixture, { rope_parameters: rope })), planOf(fixture));
  });

  it("of YaRN tells the engine what its own attention factor lacks", async () => {
    const plan = planOf(await readFixture("llama-yarn"));
    const factor = metadataOf(plan, "rope.scaling.attn_factor") as number;
    assert.ok(Math.abs(factor * (1 + 0.1 * Math.log(4)) - 1.3) < 1e-9);
  });

  it("that a graph does not know is refused", async () => {
    for (const [name, settings] of [
      ["qwen2", { rope_type: "llama3", factor: 8 }],
      ["llama", { rope_type: "yarn", factor: 4, beta_fast: 16 }],
      ["gemma3", { rope_type: "mrope" }],
    ] as const) {
      const fixture = withConfig(await readFixture(name), { rope_parameters: settings });
      catchError(UnsupportedModelError, () => planOf(fixture));
    }
  });
});
