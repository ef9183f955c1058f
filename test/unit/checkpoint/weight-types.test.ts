import assert from "node:assert/strict";
import type { WeightOptions } from "../../../src/checkpoint/weight-types.js";
import { planOf, readFixture } from "./fixture.js";

describe("the types of a plan's tensors", () => {
  async function typesOf(
    name: string,
    options: Partial<WeightOptions>,
  ): Promise<Record<string, string>> {
    const { tensors } = planOf(await readFixture(name), options);
    return Object.fromEntries(tensors.map((tensor) => [tensor.name, tensor.type]));
  }

  it("are those of the checkpoint, whatever config.json says", async () => {
    const types = await typesOf("llama", {});
    assert.equal(types["blk.0.attn_q.weight"], "BF16");
    assert.equal((await typesOf("granite", {}))["blk.0.attn_q.weight"], "F32");
  });

  it("are what was asked for", async () => {
    for (const [dtype, type] of [
      ["float32", "F32"],
      ["float16", "F16"],
      ["bfloat16", "BF16"],
    ] as const) {
      assert.equal((await typesOf("llama", { dtype }))["blk.0.attn_q.weight"], type);
    }
  });

  it("stay in single precision where the engine wants them so", async () => {
    for (const [name, ...tensors] of [
      ["llama", "output_norm.weight", "blk.1.attn_norm.weight"],
      ["gpt2", "position_embd.weight", "blk.0.attn_qkv.bias"],
      ["bert", "position_embd.weight", "token_types.weight"],
      ["mixtral", "blk.0.ffn_gate_inp.weight"],
      ["lfm2", "blk.0.shortconv.conv.weight"],
      ["stablelm-parallel", "blk.0.attn_q_norm.weight"],
      ["t5", "enc.blk.0.attn_rel_b.weight"],
    ] as const) {
      const types = await typesOf(name, { dtype: "float16", quantization: "q8_0" });
      for (const tensor of tensors) assert.equal(types[tensor], "F32", `${name}: ${tensor}`);
    }
  });

  it("are quantised, but for edges that 4 bits would blur", async () => {
    const types = await typesOf("qwen3moe", { quantization: "q4_0" });
    assert.equal(types["blk.0.attn_q.weight"], "Q4_0");
    assert.equal(types["token_embd.weight"], "Q8_0");
    assert.equal(types["output.weight"], "Q8_0");
    // 48 columns are no whole number of blocks.
    assert.equal(types["blk.0.ffn_down_exps.weight"], "BF16");
    assert.equal(types["blk.0.ffn_up_exps.weight"], "Q4_0");
  });

  it("are left to the engine for mixtures of types", async () => {
    const plan = planOf(await readFixture("llama"), { quantization: "q4_k_m" });
    assert.equal(plan.quantization, "Q4_K_M");
    assert.ok(plan.tensors.every(({ type }) => !type.startsWith("Q")));
    assert.equal(
      planOf(await readFixture("llama"), { quantization: "q8_0" }).quantization,
      undefined,
    );
  });
});
