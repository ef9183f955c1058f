import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { planCheckpoint } from "../../../src/checkpoint/plan.js";
import { planAudio } from "../../../src/checkpoint/audio/plan.js";
import { readCheckpointFolder } from "../../../src/checkpoint/read-folder.js";
import { ModelLoadingError, UnsupportedModelError } from "../../../src/errors.js";
import type { NativeCheckpointPlan } from "../../../src/native/checkpoint-plan.js";
import { AUDIO_CHECKPOINTS } from "../../helpers/audio-checkpoints.js";
import { planJson } from "../../helpers/plan-json.js";
import { readHeaders } from "../../helpers/safetensors.js";

// After a change that is meant, ABSTRACTLLM_WRITE_PLANS=1 writes them anew: read the diff.
// native/test/audio_encoder_test.cc carries them out and compares with transformers.
const isWriting = process.env["ABSTRACTLLM_WRITE_PLANS"] === "1";

type Settings = Record<string, unknown>;

describe("the plan for what hears in", () => {
  for (const { name, path } of AUDIO_CHECKPOINTS) {
    it(name, async () => {
      const folder = await readCheckpointFolder(path);
      const plan = planAudio(folder, readHeaders(folder.files), { dtype: "float32" });
      assert.ok(plan !== undefined);
      const text = planJson(plan);
      const file = `${path}/plan.json`;
      if (isWriting) writeFileSync(file, text);
      assert.ok(existsSync(file), "There is no golden plan");
      assert.equal(text, readFileSync(file, "utf8"));
    });
  }
});

describe("the language part of a checkpoint that hears", () => {
  it("is found under the names of any version", async () => {
    const [checkpoint] = AUDIO_CHECKPOINTS;
    assert.ok(checkpoint !== undefined);
    const folder = await readCheckpointFolder(checkpoint.path);
    const headers = readHeaders(folder.files);
    const weights = { dtype: "auto", quantization: "none" } as const;
    for (const prefix of ["language_model.model.", "model.language_model.model."]) {
      const renamed = headers.map((tensor) => {
        const name = tensor.name.replace(/^language_model[.](?:model[.])+/, prefix);
        return { ...tensor, name };
      });
      const steps = planCheckpoint(folder, renamed, weights);
      let step = steps.next();
      while (step.done !== true) step = steps.next();
      assert.ok(step.value.tensors.some(({ name }) => name === "blk.1.ffn_down.weight"));
    }
  });
});

describe("planAudio", () => {
  async function planWith(
    change: (config: Settings) => Settings,
  ): Promise<NativeCheckpointPlan | undefined> {
    const [checkpoint] = AUDIO_CHECKPOINTS;
    assert.ok(checkpoint !== undefined);
    const folder = await readCheckpointFolder(checkpoint.path);
    const changed = { ...folder, config: change(folder.config) };
    return planAudio(changed, readHeaders(folder.files), { dtype: "auto" });
  }
  const withTower = (settings: Settings) => (config: Settings) => ({
    ...config,
    audio_config: { ...(config["audio_config"] as Settings), ...settings },
  });

  it("plans nothing for models without ears", async () => {
    const deaf = (config: Settings): Settings => ({ ...config, audio_config: undefined });
    assert.equal(await planWith(deaf), undefined);
  });

  it("refuses what the graph cannot follow, by its name", async () => {
    await assert.rejects(planWith(withTower({ activation_function: "relu" })), (error) => {
      assert.ok(error instanceof UnsupportedModelError);
      assert.match(error.message, /activation_function/);
      return true;
    });
    await assert.rejects(planWith(withTower({ scale_embedding: true })), /scale_embedding/);
    const other = (config: Settings): Settings => ({ ...config, architectures: ["OtherAudio"] });
    await assert.rejects(planWith(other), /ears of OtherAudio/);
  });

  it("refuses sizes that cannot be, or are not the tensors'", async () => {
    const damaged = [{ d_model: 33 }, { encoder_layers: 3 }, { num_mel_bins: 0 }, { d_model: -1 }];
    for (const settings of damaged) {
      await assert.rejects(planWith(withTower(settings)), ModelLoadingError);
    }
  });
});
