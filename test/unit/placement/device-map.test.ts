import assert from "node:assert/strict";
import { CPU, type Assignment } from "../../../src/placement/assignment.js";
import { factsOf } from "../../../src/placement/facts.js";
import { assignByMap, type MapProblem } from "../../../src/placement/from-map.js";
import { describePlan } from "../../../src/placement/plan.js";
import { toNativePlacement } from "../../../src/placement/to-native.js";
import { modelOf } from "./model.js";

const GPU = "cuda:0";

function assigned(map: Record<string, string>, layers = 4, expert = 0): Assignment {
  const assignment = assignByMap(modelOf(layers, 4, expert), map);
  assert.ok("layers" in assignment, JSON.stringify(assignment));
  return assignment;
}

function problem(map: Record<string, string>): MapProblem {
  const found = assignByMap(modelOf(4, 1), map);
  assert.ok("reason" in found);
  return found;
}

describe("a device map", () => {
  it("has a device for every module, as accelerate writes them", () => {
    const assignment = assigned({
      "model.embed_tokens": GPU,
      "model.layers.0": CPU,
      "model.layers.1": CPU,
      "model.layers.2": GPU,
      "model.layers.3": GPU,
      "model.norm": GPU,
      lm_head: GPU,
    });
    assert.deepEqual(assignment, {
      layers: [CPU, CPU, GPU, GPU],
      experts: [CPU, CPU, GPU, GPU],
      output: GPU,
    });
  });

  it("lets the more exact name decide, in whatever order", () => {
    const expected = [GPU, CPU, GPU, GPU];
    assert.deepEqual(assigned({ "": GPU, "model.layers.1": CPU }).layers, expected);
    assert.deepEqual(assigned({ "transformer.h.1": CPU, "transformer.h": GPU }).layers, expected);
    assert.deepEqual(assigned({ "model.layers": GPU, "blk.1": CPU }).layers, expected);
  });

  it("can leave experts on the CPU", () => {
    const assignment = assigned({ "": GPU, "model.layers.3.mlp.experts": CPU }, 4, 2);
    assert.deepEqual(assignment.experts, [GPU, GPU, GPU, CPU]);
    assert.deepEqual(toNativePlacement(assignment), {
      devices: [GPU],
      layers: [5],
      onCpu: ["gate_up", "gate", "up", "down"].map((part) => `blk.3.ffn_${part}_exps.`),
    });
  });

  it("says what is wrong with it", () => {
    assert.deepEqual(problem({ "model.layers.0": GPU }), {
      name: "model.layers.1",
      reason: "missing",
    });
    assert.equal(problem({ "": GPU, "model.layers.4": GPU }).reason, "no such layer");
    assert.equal(problem({ "": GPU, "model.layers.1.mlp": CPU }).reason, "part of a layer");
    assert.equal(problem({ "": GPU, vision_model: CPU }).reason, "unknown");
  });
});

describe("what the engine is told", () => {
  it("is ranges at the model's end", () => {
    const map = { "": CPU, "model.layers.2": GPU, "model.layers.3": "cuda:1", lm_head: "cuda:1" };
    assert.deepEqual(toNativePlacement(assigned(map)), {
      devices: [GPU, "cuda:1"],
      layers: [1, 2],
      onCpu: [],
    });
    assert.equal(toNativePlacement(assigned({ "": CPU })), undefined);
  });

  it("names the tensors that stay on the CPU behind the first layer elsewhere", () => {
    const first = { "": CPU, "model.layers.0": GPU, "model.layers.1": GPU };
    assert.deepEqual(toNativePlacement(assigned(first)), {
      devices: [GPU],
      layers: [5],
      onCpu: ["blk.2.", "blk.3.", "output.", "output_norm.", "token_embd."],
    });
  });

  it("is nothing that would take a device's layers apart", () => {
    const map = { "": GPU, "model.layers.1": "cuda:1" };
    assert.deepEqual(toNativePlacement(assigned(map)), { device: GPU, layer: 2 });
  });
});

describe("a plan", () => {
  it("tells of the tensors of a file, tied ones twice", () => {
    const tensors = [
      { name: "token_embd.weight", bytes: 100 },
      { name: "blk.0.attn_q.weight", bytes: 10 },
      { name: "blk.1.ffn_up_exps.weight", bytes: 20 },
      { name: "blk.1.ffn_up_shexp.weight", bytes: 2 },
      { name: "output_norm.weight", bytes: 1 },
    ];
    const facts = factsOf(tensors, { kv_bytes: 9, compute_bytes: 4 });
    assert.deepEqual(facts, {
      embedding_bytes: 100,
      layers: [
        { weights_bytes: 10, expert_bytes: 0 },
        { weights_bytes: 22, expert_bytes: 20 },
      ],
      output_bytes: 101,
      kv_bytes: 5,
      compute_bytes: 4,
    });
    const untied = factsOf([...tensors, { name: "output.weight", bytes: 50 }], facts);
    assert.equal(untied.output_bytes, 51);
  });

  it("joins neighbours, and gives its reasons in sentences", () => {
    const facts = modelOf(4, 4, 3);
    const assignment = assigned({ "": GPU, "model.layers.0": CPU, "blk.2.experts": CPU }, 4, 3);
    const spaces = [{ id: GPU, spendable_bytes: 16 * 2 ** 30 }];
    assert.deepEqual(describePlan(facts, assignment, { wish: "map", spaces }), {
      device_map: {
        "model.embed_tokens": CPU,
        "model.layers.0": CPU,
        "model.layers.1-3": GPU,
        "model.layers.2.mlp.experts": CPU,
        lm_head: GPU,
      },
      layers: { [CPU]: 1, [GPU]: 3 },
      reasons: [
        "cuda:0 has 3 of 4 layers and the output: 10.0 GiB of 16.0 GiB.",
        "1 layer lies on the CPU: device_map says so.",
        "The experts of 1 of 4 layers lie on the CPU: device_map says so, and few compute at a time.",
        "Rows of the vocabulary are looked up on the CPU, where the engine keeps them.",
      ],
    });
  });
});
