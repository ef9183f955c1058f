import assert from "node:assert/strict";
import { ModelLoadingError, UnsupportedModelError } from "../../../src/errors.js";
import {
  readCheckpointFolder,
  type CheckpointFolder,
} from "../../../src/checkpoint/read-folder.js";
import { planVision } from "../../../src/checkpoint/vision/plan.js";
import type {
  NativeCheckpointPlan,
  NativeSourceTensor,
} from "../../../src/native/checkpoint-plan.js";
import { checkpointPath } from "../../helpers/checkpoints.js";
import { readHeaders } from "../../helpers/safetensors.js";
import { VISION_CHECKPOINTS } from "../../helpers/vision-checkpoints.js";

interface Fixture {
  readonly folder: CheckpointFolder;
  readonly tensors: readonly NativeSourceTensor[];
}

type Json = Readonly<Record<string, unknown>>;

async function read(name: string): Promise<Fixture> {
  const path = VISION_CHECKPOINTS.find((checkpoint) => checkpoint.name === name)?.path;
  const folder = await readCheckpointFolder(path ?? checkpointPath(name));
  return { folder, tensors: readHeaders(folder.files) };
}

/** The same with other settings, of the whole and of its tower; undefined takes one away. */
function withConfig({ folder, tensors }: Fixture, whole: Json, tower: Json = {}): Fixture {
  const vision = { ...(folder.config["vision_config"] as Json), ...tower };
  const config = { ...folder.config, vision_config: vision, ...whole };
  return { folder: { ...folder, config: JSON.parse(JSON.stringify(config)) as Json }, tensors };
}

async function plan({ folder, tensors }: Fixture): Promise<NativeCheckpointPlan | undefined> {
  return await planVision(folder, tensors, { dtype: "auto" });
}

/** Without the names of sources. */
function shapeOf(made: NativeCheckpointPlan | undefined): unknown {
  return [made?.metadata, made?.tensors.map(({ name, shape, type }) => [name, shape, type])];
}

describe("a checkpoint that sees, as other versions write it", () => {
  it("has its tower under other names", async () => {
    for (const [name, from, to] of [
      ["llava", /^vision_tower[.]/, "vision_tower.vision_model."],
      ["llava", /^(?=vision_tower|multi_modal)/, "model."],
      ["gemma3", /^(?:model[.])?vision_tower[.](?:vision_model[.])?/, "vision_tower.vision_model."],
      ["qwen2vl", /^visual[.]/, "model.visual."],
      ["pixtral", /^(?:model[.])?vision_tower[.]/, "model.vision_tower."],
    ] as const) {
      const { folder, tensors } = await read(name);
      const renamed = tensors.map((tensor) => ({ ...tensor, name: tensor.name.replace(from, to) }));
      assert.ok(
        renamed.some((tensor, index) => tensor.name !== tensors[index]?.name),
        name,
      );
      const [a, b] = [await plan({ folder, tensors }), await plan({ folder, tensors: renamed })];
      assert.deepEqual(shapeOf(b), shapeOf(a));
    }
  });

  it("has both parts' settings side by side", async () => {
    const fixture = await read("qwen2vl");
    const text = fixture.folder.config["text_config"] as Json;
    const flat = withConfig(fixture, { ...text, text_config: undefined, model_type: "qwen2_vl" });
    assert.deepEqual(await plan(flat), await plan(fixture));
  });

  it("leaves out what its class fills in", async () => {
    const fixture = await read("internvl");
    const silent = withConfig(fixture, { downsample_ratio: undefined }, { norm_type: undefined });
    assert.deepEqual(await plan(silent), await plan(fixture));
  });
});

describe("a checkpoint that sees", () => {
  it("has no such plan when it does not", async () => {
    assert.equal(await plan(await read("llama")), undefined);
  });

  it("is refused where the engine's graph cannot follow", async () => {
    const cases: [string, Json, Json, string][] = [
      ["llava", { vision_feature_select_strategy: "full" }, {}, "vision_feature_select_strategy"],
      ["llava", { vision_feature_layer: [-2, -1] }, {}, "vision_feature_layer"],
      ["llava", {}, { model_type: "siglip_vision_model" }, "siglip_vision_model"],
      ["llava", {}, { hidden_act: "relu" }, "hidden_act"],
      ["qwen2vl", {}, { spatial_merge_size: 4 }, "spatial_merge_size"],
      ["qwen25vl", {}, { window_size: 56 }, "window_size"],
      ["qwen25vl", {}, { fullatt_block_indexes: [0, 3] }, "fullatt_block_indexes"],
      ["internvl", {}, { use_mean_pooling: false }, "use_mean_pooling"],
      ["pixtral", {}, { rope_parameters: { rope_theta: 5 } }, "rope_theta"],
    ];
    for (const [name, whole, tower, setting] of cases) {
      const changed = withConfig(await read(name), whole, tower);
      await assert.rejects(plan(changed), (error) => {
        assert.ok(error instanceof UnsupportedModelError, setting);
        assert.ok(error.message.includes(setting), error.message);
        return true;
      });
    }
  });

  it("is damaged when its files contradict one another", async () => {
    const fixture = await read("smolvlm");
    const without = fixture.tensors.filter(({ name }) => !name.includes("layers.1.mlp.fc1.weight"));
    await assert.rejects(plan({ ...fixture, tensors: without }), /fc1[.]weight/);
    const wider = withConfig(fixture, {}, { intermediate_size: 50 });
    await assert.rejects(plan(wider), ModelLoadingError);
    const uneven = withConfig(fixture, {}, { num_attention_heads: 3 });
    await assert.rejects(plan(uneven), ModelLoadingError);
  });

  it("has no tensors that nothing takes", async () => {
    const { folder, tensors } = await read("gemma3");
    const [first] = tensors.filter(({ name }) => name.includes("layer_norm1.weight"));
    assert.ok(first !== undefined);
    const more = [...tensors, { ...first, name: first.name.replace("norm1", "norm3") }];
    await assert.rejects(plan({ folder, tensors: more }), UnsupportedModelError);
  });

  it("lacks a token that its rows end with", async () => {
    const fixture = await read("mistral3");
    const folder = { ...fixture.folder, tokenizerJson: undefined, tokenizer: undefined };
    await assert.rejects(plan({ ...fixture, folder }), /IMG_BREAK/);
  });
});
