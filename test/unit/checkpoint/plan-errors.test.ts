import assert from "node:assert/strict";
import { join } from "node:path";
import { ModelLoadingError, UnsupportedModelError } from "../../../src/errors.js";
import type { NativeSourceTensor } from "../../../src/native/checkpoint-plan.js";
import { catchError } from "../config/catch-error.js";
import { planOf, readFixture, withConfig, type Fixture } from "./fixture.js";

const Q_PROJ = "model.layers.1.self_attn.q_proj.weight";

function withTensor(
  { folder, tensors }: Fixture,
  name: string,
  change: (tensor: NativeSourceTensor) => NativeSourceTensor[],
): Fixture {
  return { folder, tensors: tensors.flatMap((t) => (t.name === name ? change(t) : [t])) };
}

describe("a checkpoint that contradicts its config.json", () => {
  it("is refused when a tensor is missing, which is named", async () => {
    const fixture = withTensor(await readFixture("llama"), Q_PROJ, () => []);
    const error = catchError(ModelLoadingError, () => planOf(fixture));
    assert.match(error.message, /layers\.1\.self_attn\.q_proj\.weight.* LlamaForCausalLM/);
  });

  it("is refused when a tensor has another shape, with both shapes and the file", async () => {
    const fixture = withTensor(await readFixture("qwen3"), Q_PROJ, (tensor) => [
      { ...tensor, shape: [32, 31] },
    ]);
    const error = catchError(ModelLoadingError, () => planOf(fixture));
    assert.match(error.message, /[\\/]model-0000\d-of-00003\.safetensors: /);
    assert.match(error.message, /\[32, 31\].*\[32, 32\]|\[32, 31\].*\[64, 32\]/);
  });

  it("is refused when it has tensors that no part of the model reads", async () => {
    const { folder, tensors } = await readFixture("llama");
    const extra = { name: "model.layers.0.adapter.weight", file: 0, dtype: "F32", shape: [1] };
    const fixture = { folder, tensors: [...tensors, extra] };
    const error = catchError(UnsupportedModelError, () => planOf(fixture));
    assert.deepEqual(error.details["tensors"], [extra.name]);
  });

  it("is refused when its head is missing, unless it may be the embedding", async () => {
    const fixture = withTensor(await readFixture("llama"), "lm_head.weight", () => []);
    const error = catchError(ModelLoadingError, () => planOf(fixture));
    assert.match(error.message, /lm_head\.weight/);
    for (const changes of [
      { tie_word_embeddings: true },
      { tie_word_embeddings: undefined },
      { architectures: ["LlamaModel"] },
    ]) {
      const { tensors } = planOf(withConfig(fixture, changes));
      assert.ok(tensors.every(({ name }) => name !== "output.weight"));
    }
  });

  it("is refused when two tensors are the same part", async () => {
    const { folder, tensors } = await readFixture("llama");
    const [first] = tensors;
    assert.ok(first);
    const twin = { ...first, name: first.name.replace(/^(?:model[.])?/, "model.model.") };
    const again = { ...first };
    for (const other of [again, { ...twin, name: first.name }]) {
      const error = catchError(ModelLoadingError, () =>
        planOf({ folder, tensors: [...tensors, other] }),
      );
      assert.match(error.message, /one and the same/);
    }
  });

  it("is refused when its weights are quantised already", async () => {
    const fixture = withTensor(await readFixture("llama"), Q_PROJ, (tensor) => [
      { ...tensor, dtype: "I8" },
    ]);
    assert.match(catchError(UnsupportedModelError, () => planOf(fixture)).message, /type I8/);
    const config = { quantization_config: { quant_method: "gptq", bits: 4 } };
    const gptq = withConfig(await readFixture("llama"), config);
    assert.match(catchError(UnsupportedModelError, () => planOf(gptq)).message, /by gptq/);
  });

  it("is refused when its embedding has another number of tokens, with both", async () => {
    const fixture = withConfig(await readFixture("llama"), { vocab_size: 99 });
    const error = catchError(ModelLoadingError, () => planOf(fixture));
    assert.match(error.message, /vocab_size is 99, .*embed_tokens\.weight" has 420 rows/);
    assert.equal(error.details.path, join(fixture.folder.path, "config.json"));
    // What is left out, no file contradicts.
    planOf(withConfig(fixture, { vocab_size: undefined }));
  });

  it("may have buffers that no version reads", async () => {
    const { folder, tensors } = await readFixture("llama");
    const name = "model.layers.0.self_attn.rotary_emb.inv_freq";
    const buffer = { name, file: 0, dtype: "F32", shape: [4] };
    const plan = planOf({ folder, tensors: [...tensors, buffer] });
    assert.deepEqual(plan, planOf({ folder, tensors }));
  });
});

describe("a config.json that the engine cannot follow", () => {
  it("is refused by the name of the setting", async () => {
    for (const [name, setting, value] of [
      ["llama", "hidden_act", "gelu"],
      ["qwen3moe", "norm_topk_prob", false],
      ["qwen2", "use_sliding_window", true],
      ["gpt2", "scale_attn_by_inverse_layer_idx", true],
      ["gemma2", "query_pre_attn_scalar", 100],
      ["falcon", "alibi", true],
      ["smollm3", "no_rope_layers", [1, 1, 1, 1]],
      ["bert", "position_embedding_type", "relative_key"],
      ["modernbert-cls", "classifier_pooling", "max"],
      ["modernbert-cls", "classifier_bias", true],
      ["modernbert-first", "classifier_activation", "gelu_new"],
      ["t5", "feed_forward_proj", "gated-silu"],
    ] as const) {
      const fixture = withConfig(await readFixture(name), { [setting]: value });
      const error = catchError(UnsupportedModelError, () => planOf(fixture));
      assert.equal(error.details["setting"], setting);
    }
  });

  it("is refused when every layer would take rows from the tower", async () => {
    const fixture = await readFixture("../vision/qwen3vl");
    const vision = fixture.folder.config["vision_config"] as object;
    const vision_config = { ...vision, deepstack_visual_indexes: [0, 1, 2] };
    const error = catchError(UnsupportedModelError, () =>
      planOf(withConfig(fixture, { vision_config })),
    );
    assert.match(error.message, /fewer than the 3 layers/);
    assert.equal(error.details["setting"], "deepstack_visual_indexes");
  });

  it("is refused by the name that the file has for a setting", async () => {
    const fixture = await readFixture("gpt2");
    for (const [setting, value] of [
      ["n_embd", 0],
      ["n_head", 0],
      ["n_positions", 0],
      ["n_layer", 513],
    ] as const) {
      const error = catchError(ModelLoadingError, () =>
        planOf(withConfig(fixture, { [setting]: value })),
      );
      assert.ok(
        error.message.startsWith(`${join(fixture.folder.path, "config.json")}: ${setting} is `),
        error.message,
      );
    }
    const none = withConfig(fixture, { n_positions: null });
    const error = catchError(ModelLoadingError, () => planOf(none));
    assert.match(error.message, /: n_positions is null; it has to be a whole number\.$/);
  });

  it("is refused when a number makes no sense, by its name", async () => {
    const fixture = await readFixture("llama");
    for (const [setting, value] of [
      ["hidden_size", "many"],
      ["hidden_size", 2 ** 40],
      ["num_hidden_layers", 0],
      ["num_hidden_layers", 513],
      ["num_attention_heads", -4],
      ["num_key_value_heads", 3],
      ["head_dim", 0.5],
      ["max_position_embeddings", null],
      ["rms_norm_eps", true],
      ["rope_parameters", "default"],
      ["architectures", "LlamaForCausalLM"],
    ] as const) {
      const bad = withConfig(fixture, { [setting]: value });
      const error = catchError(ModelLoadingError, () => planOf(bad));
      assert.match(error.message, new RegExp(`config\\.json: .*${setting}`), setting);
    }
  });
});

describe("an architecture that is not served", () => {
  it("is an UnsupportedModelError that names what was meant, or what is called alike", async () => {
    const fixture = await readFixture("llama");
    for (const [name, nearest, similar] of [
      ["LlamaForCausalML", "LlamaForCausalLM", ["LlamaForCausalLM"]],
      [
        "Qwen2TalkForConditionalGeneration",
        undefined,
        [
          ...["Qwen2ForCausalLM", "Qwen2MoeForCausalLM"],
          ...["Qwen2VLForConditionalGeneration", "Qwen2_5_VLForConditionalGeneration"],
        ],
      ],
      ["Gemma3nForCausalLM", undefined, ["Gemma3ForCausalLM", "Gemma3ForConditionalGeneration"]],
      ["GPTNeoXJapaneseForCausalLM", undefined, ["GPTNeoXForCausalLM"]],
      ["Zzz", undefined, []],
      ["Z".repeat(1e5), undefined, []],
    ] as const) {
      const other = withConfig(fixture, { architectures: [name] });
      const error = catchError(UnsupportedModelError, () => planOf(other));
      assert.equal(error.details["architecture"], name);
      assert.equal(error.details["nearest"], nearest);
      assert.deepEqual(error.details["similar"], similar);
      for (const words of similar) assert.ok(error.message.includes(words), error.message);
    }
    const authors = withConfig(fixture, { architectures: ["InternVLChatModel"] });
    const error = catchError(UnsupportedModelError, () => planOf(authors));
    assert.match(error.message, /InternVLForConditionalGeneration, .*"-hf"\) is served/);
    const experts = withConfig(fixture, {
      architectures: ["Qwen3VLMoeForConditionalGeneration"],
    });
    assert.match(
      catchError(UnsupportedModelError, () => planOf(experts)).message,
      /similar names are .*Qwen3VLForConditionalGeneration/,
    );
    for (const [type, nearest] of [
      ["llama4", undefined],
      ["gemma3n", undefined],
      ["mistrla", "mistral"],
      ["glm", undefined],
    ] as const) {
      const other = withConfig(fixture, { architectures: undefined, model_type: type });
      const error = catchError(UnsupportedModelError, () => planOf(other));
      assert.equal(error.details["nearest"], nearest, type);
    }
  });

  it("is a ModelLoadingError when config.json names none", async () => {
    const fixture = withConfig(await readFixture("llama"), {
      architectures: undefined,
      model_type: undefined,
    });
    assert.match(catchError(ModelLoadingError, () => planOf(fixture)).message, /no architecture/);
  });
});
