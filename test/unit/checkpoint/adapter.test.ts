import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readAdapterFolder, type AdapterFolder } from "../../../src/checkpoint/adapter-folder.js";
import { planAdapter } from "../../../src/checkpoint/adapter.js";
import {
  ModelLoadingError,
  ModelNotFoundError,
  UnsupportedModelError,
} from "../../../src/errors.js";
import type { NativeAdapterPlan, NativeSourceTensor } from "../../../src/native/checkpoint-plan.js";
import { rejectionOf } from "../../helpers/rejection.js";
import { readHeaders } from "../../helpers/safetensors.js";
import { catchError } from "../config/catch-error.js";
import { planOf, readFixture } from "./fixture.js";

interface Adapter {
  readonly folder: AdapterFolder;
  readonly tensors: readonly NativeSourceTensor[];
}

async function readAdapter(name: string): Promise<Adapter> {
  const path = fileURLToPath(new URL(`../../fixtures/adapters/${name}`, import.meta.url));
  const folder = await readAdapterFolder(path);
  return { folder, tensors: readHeaders([folder.file]) };
}

async function planFor(
  model: string,
  { folder, tensors }: Adapter,
  config: Readonly<Record<string, unknown>> = {},
): Promise<NativeAdapterPlan> {
  const changed = { ...folder, config: { ...folder.config, ...config } };
  return planAdapter(planOf(await readFixture(model)), changed, tensors);
}

function tensorOf(plan: NativeAdapterPlan, name: string): unknown {
  const found = plan.tensors.find((tensor) => tensor.name === name);
  assert.ok(found, name);
  const { shape, scale, segments } = found;
  return { shape, scale, rows: segments?.[0]?.rows, transpose: segments?.[0]?.transpose };
}

describe("the plan for a LoRA adapter", () => {
  it("says what it is", async () => {
    const plan = await planFor("llama", await readAdapter("llama"));
    assert.deepEqual(
      plan.metadata.map(({ key, value }) => [key, value]),
      [
        ["general.architecture", "llama"],
        ["general.type", "adapter"],
        ["adapter.type", "lora"],
      ],
    );
    // Five modules in each of two layers, two matrices each.
    assert.equal(plan.tensors.length, 20);
  });

  it("puts rows where the module's go, and scales them", async () => {
    const llama = await planFor("llama", await readAdapter("llama"));
    assert.deepEqual(tensorOf(llama, "blk.0.attn_k.weight.lora_b"), {
      ...{ shape: [4, 16], scale: 2, transpose: undefined },
      rows: { permute: { heads: 2, headRows: 8 } },
    });
    assert.deepEqual(tensorOf(llama, "blk.1.ffn_down.weight.lora_a"), {
      ...{ shape: [64, 4], scale: undefined, transpose: undefined },
      rows: [[0, 4]],
    });
    const neox = await planFor("gptneox", await readAdapter("gptneox"));
    const [qkv] = planOf(await readFixture("gptneox")).tensors.filter(
      ({ name }) => name === "blk.0.attn_qkv.weight",
    );
    assert.deepEqual(tensorOf(neox, "blk.0.attn_qkv.weight.lora_b"), {
      ...{ shape: [3, 96], scale: 2, transpose: undefined },
      rows: qkv?.segments?.[0]?.rows,
    });
  });

  it("takes stabilised scaling, and other factors for some modules", async () => {
    const gpt2 = await planFor("gpt2", await readAdapter("gpt2"));
    assert.deepEqual(tensorOf(gpt2, "blk.0.attn_qkv.weight.lora_b"), {
      ...{ shape: [2, 96], scale: 6 / Math.sqrt(2), rows: [[0, 96]], transpose: undefined },
    });
    const phi3 = await planFor("phi3", await readAdapter("phi3"));
    const up = tensorOf(phi3, "blk.0.ffn_up.weight.lora_b") as { scale: number };
    assert.equal(up.scale, 5);
  });

  it("turns the first matrix of an embedding", async () => {
    const plan = await planFor("phi3", await readAdapter("phi3"));
    assert.deepEqual(tensorOf(plan, "token_embd.weight.lora_a"), {
      ...{ shape: [2, 420], scale: undefined, rows: [[0, 420]], transpose: true },
    });
  });

  it("is refused for another model, by the module", async () => {
    const adapter = await readAdapter("llama");
    for (const model of ["gpt2", "phi3", "mixtral"]) {
      const error = await rejectionOf(UnsupportedModelError, planFor(model, adapter));
      assert.match(error.message, /(?:self_attn|mlp)\./);
    }
    // The same modules, of other sizes.
    await rejectionOf(ModelLoadingError, planFor("llama-mqa-bias", adapter));
  });

  it("is refused for other kinds of adapters, by the setting", async () => {
    const adapter = await readAdapter("llama");
    for (const [setting, value] of [
      ["peft_type", "IA3"],
      ["use_dora", true],
      ["bias", "all"],
    ] as const) {
      const plan = planFor("llama", adapter, { [setting]: value });
      assert.equal((await rejectionOf(UnsupportedModelError, plan)).details["setting"], setting);
    }
    for (const config of [{ lora_alpha: "much" }, { alpha_pattern: { "(a+)+$": 1 } }]) {
      await rejectionOf(ModelLoadingError, planFor("llama", adapter, config));
    }
  });

  it("is refused when a matrix is missing, or is no matrix of LoRA", async () => {
    const { folder, tensors } = await readAdapter("llama");
    const base = planOf(await readFixture("llama"));
    const half = tensors.filter(({ name }) => !name.includes("0.self_attn.q_proj.lora_A"));
    catchError(ModelLoadingError, () => planAdapter(base, folder, half));
    const whole = { name: "base_model.model.lm_head.weight", file: 0, dtype: "F32", shape: [1] };
    catchError(UnsupportedModelError, () => planAdapter(base, folder, [...tensors, whole]));
  });

  it("needs a folder with both of its files", async () => {
    await rejectionOf(ModelNotFoundError, readAdapterFolder("nowhere"));
    const file = fileURLToPath(new URL("adapter.test.ts", import.meta.url));
    assert.match(
      (await rejectionOf(ModelNotFoundError, readAdapterFolder(file))).message,
      /is a file/,
    );
    const { file: weights, path } = (await readAdapter("llama")).folder;
    const part = await rejectionOf(ModelNotFoundError, readAdapterFolder(weights));
    assert.ok(part.message.endsWith(`is a file. Give the folder: ${path}`), part.message);
    const empty = fileURLToPath(new URL("plans", import.meta.url));
    const error = await rejectionOf(ModelNotFoundError, readAdapterFolder(empty));
    assert.match(error.message, /adapter_config\.json/);
  });
});
