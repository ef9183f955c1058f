import assert from "node:assert/strict";
import fc from "fast-check";
import { availableOn, judge, totalOf } from "../../../src/requirements/judge.js";
import type { DeviceMemoryFacts } from "../../../src/requirements/judge.js";
import { doesNotFit } from "../../../src/requirements/resource-error.js";
import { chooseRemedies, type Trial } from "../../../src/requirements/remedies.js";
import type { MemoryParts } from "../../../src/requirements/types.js";

const GIB = 2 ** 30;

function machine(facts: Partial<DeviceMemoryFacts> = {}): DeviceMemoryFacts {
  const none = { promised_bytes: 0, used_bytes: 0, idle_bytes: 0, budget_bytes: undefined };
  return { id: "cpu", total_bytes: 16 * GIB, free_bytes: 8 * GIB, ...none, ...facts };
}

function needOf(parts: Partial<MemoryParts>, device = "cpu"): Parameters<typeof judge>[0] {
  const none = { weights: 0, kv_cache: 0, compute: 0, media: 0, other: 0 };
  return [{ device, parts: { ...none, ...parts } }];
}

describe("what a model may take", () => {
  it("is what is free, or what the budget leaves", () => {
    assert.equal(availableOn(machine()), 8 * GIB);
    assert.equal(availableOn(machine({ budget_bytes: 4 * GIB })), 4 * GIB);
    assert.equal(availableOn(machine({ budget_bytes: 4 * GIB, used_bytes: 3 * GIB })), GIB);
    assert.equal(availableOn(machine({ budget_bytes: 32 * GIB })), 8 * GIB);
  });

  it("counts on idle models, and not on what is promised", () => {
    const facts = { budget_bytes: 4 * GIB, used_bytes: 3 * GIB, idle_bytes: 2 * GIB };
    assert.equal(availableOn(machine(facts)), 3 * GIB);
    assert.equal(availableOn(machine({ ...facts, promised_bytes: GIB })), 2 * GIB);
    assert.equal(availableOn(machine({ promised_bytes: 9 * GIB })), 0);
  });

  it("is unknown where the device does not tell, unless there is a budget", () => {
    const silent = { total_bytes: 0, free_bytes: 0 };
    assert.equal(availableOn(machine(silent)), undefined);
    assert.equal(availableOn(machine({ ...silent, budget_bytes: GIB })), GIB);
  });
});

describe("the verdict", () => {
  it("fits up to the last byte", () => {
    const { verdict, devices } = judge(needOf({ weights: 7 * GIB, kv_cache: GIB }), [machine()]);
    assert.equal(verdict, "fits");
    assert.equal(devices[0]?.needed_bytes, 8 * GIB);
    assert.equal(judge(needOf({ weights: 8 * GIB + 1 }), [machine()]).verdict, "does_not_fit");
  });

  it("names the device that lacks most, and why", () => {
    const memory = [machine(), machine({ id: "cuda:0", free_bytes: 9 * GIB, budget_bytes: GIB })];
    const needs = [...needOf({ weights: 9 * GIB }), ...needOf({ kv_cache: 4 * GIB }, "cuda:0")];
    const { verdict, reason, short } = judge(needs, memory);
    assert.deepEqual([verdict, short?.device], ["does_not_fit", "cuda:0"]);
    assert.equal(
      reason,
      "It takes 4.00 GiB on cuda:0; max_memory is 1.00 GiB, and leaves 1.00 GiB.",
    );
  });

  it("is unknown rather than guessed", () => {
    const memory = [machine(), machine({ id: "vulkan:0", total_bytes: 0 })];
    const needs = [...needOf({}), ...needOf({ weights: 1 }, "vulkan:0")];
    assert.deepEqual(
      [judge(needs, memory).verdict, judge(needs, memory).reason],
      ["unknown", "vulkan:0 does not say how much memory it has."],
    );
  });

  it("fits exactly when no device lacks a byte", () => {
    const bytes = fc.nat(1000);
    fc.assert(
      fc.property(fc.array(fc.tuple(bytes, bytes, bytes), { maxLength: 4 }), (devices) => {
        const needs = devices.flatMap(([weights], index) => needOf({ weights }, String(index)));
        const memory = devices.map(([, free_bytes, budget_bytes], index) =>
          machine({ id: String(index), free_bytes, budget_bytes }),
        );
        const fits = devices.every(([need, free, budget]) => need <= Math.min(free, budget));
        assert.equal(judge(needs, memory).verdict, fits ? "fits" : "does_not_fit");
        assert.deepEqual(
          judge(needs, memory).devices.map(({ parts }) => totalOf(parts)),
          devices.map(([need]) => need),
        );
      }),
    );
  });
});

describe("remedies", () => {
  const trial = (options: Record<string, unknown>, fits: boolean, gib: number): Trial => ({
    options,
    fits,
    needed_bytes: gib * GIB,
  });
  const none = { context: [], cache: [], both: [], quantization: [], offload: [] };
  const room = { available_bytes: 8 * GIB, needed_bytes: 12 * GIB, weights_bytes: 9 * GIB };

  it("come in order, each the least loss that fits, with its numbers", () => {
    const remedies = chooseRemedies(
      {
        context: [
          trial({ context_window: 4096 }, false, 9),
          trial({ context_window: 2048 }, true, 8),
        ],
        cache: [trial({ cache_type_k: "q8_0", cache_type_v: "q8_0" }, true, 7)],
        both: [trial({ context_window: 4096, cache_type_k: "q8_0" }, true, 6)],
        quantization: [trial({ quantization: "q8_0" }, true, 5)],
        offload: [trial({ device_map: "auto" }, true, 4)],
      },
      room,
    );
    assert.deepEqual(
      remedies.map(({ option, value, words }) => [option, value, words]),
      [
        ["context_window", 2048, "Set context_window to 2048, which takes 8.00 GiB."],
        [
          "cache_type_k",
          "q8_0",
          'Set cache_type_k and cache_type_v to "q8_0", which takes 7.00 GiB.',
        ],
        ["quantization", "q8_0", 'Set quantization to "q8_0", which takes 5.00 GiB.'],
        ["device_map", "auto", 'Set device_map to "auto", which takes 4.00 GiB.'],
        [
          "model",
          undefined,
          "Use a model with fewer parameters, or a smaller quantisation, whose weights take at most 5.00 GiB.",
        ],
      ],
    );
  });

  it("join context and cache where neither is enough", () => {
    const both = trial({ context_window: 512, cache_type_k: "q4_0" }, true, 1);
    const [remedy] = chooseRemedies({ ...none, both: [both] }, room);
    assert.ok(remedy);
    assert.deepEqual(remedy.options, both.options);
    assert.match(remedy.words, /context_window to 512, and cache_type_k .* "q4_0"/);
  });

  it("say how many cells of the cache there may be", () => {
    const fewer = trial({ kv_cache_tokens: 4096 }, true, 2);
    const least = trial({ context_window: 512, kv_cache_tokens: 512 }, true, 1);
    const words = [fewer, least].map(
      (context) => chooseRemedies({ ...none, context: [context] }, room)[0]?.words,
    );
    assert.deepEqual(words, [
      "Set kv_cache_tokens to 4096, which takes 2.00 GiB.",
      "Set context_window and kv_cache_tokens to 512, which takes 1.00 GiB.",
    ]);
  });

  it("always end with another model", () => {
    const [only, ...others] = chooseRemedies(none, { ...room, available_bytes: GIB });
    assert.deepEqual(others, []);
    assert.equal(only?.words, "Use a model with fewer parameters, or a smaller quantisation.");
  });

  it("are in the error, with the verdict", () => {
    const { devices, reason } = judge(needOf({ weights: 9 * GIB }), [machine()]);
    const remedies = chooseRemedies(none, room);
    const plan = { device_map: {}, layers: {}, reasons: [] };
    const verdict = "does_not_fit" as const;
    const error = doesNotFit("/model.gguf", {
      ...{ verdict, reason, context_window: 64, devices, remedies, plan },
    });
    assert.match(error.message, /^\/model\.gguf does not fit into memory with a context of 64 /);
    assert.equal(error.details.device, "cpu");
    assert.equal(error.details.needed_bytes, 9 * GIB);
    assert.equal(error.details.available_bytes, 8 * GIB);
    assert.deepEqual(error.details.remedies, [remedies[0]?.words]);
  });
});
