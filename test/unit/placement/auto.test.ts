import assert from "node:assert/strict";
import fc from "fast-check";
import { bytesOn, CPU, devicesOf } from "../../../src/placement/assignment.js";
import { assignAutomatically } from "../../../src/placement/auto.js";
import type { ModelFacts } from "../../../src/placement/facts.js";
import { describePlan } from "../../../src/placement/plan.js";
import { toNativePlacement } from "../../../src/placement/to-native.js";
import { ANY_MODEL, ANY_SPACES, GIB, modelOf } from "./model.js";

function layersBeside(facts: ModelFacts, sizes: readonly number[]): number {
  const spaces = sizes.map((size, index) => ({
    id: `cuda:${String(index)}`,
    spendable_bytes: size,
  }));
  const { layers } = assignAutomatically(facts, spaces);
  return layers.filter((device) => device !== CPU).length;
}

describe("placing a model by itself", () => {
  it("puts all of it on one device that has the room, although two have more", () => {
    const spaces = [
      { id: "cuda:0", spendable_bytes: 8 * GIB },
      { id: "cuda:1", spendable_bytes: 12 * GIB },
    ];
    const { layers, output } = assignAutomatically(modelOf(10, 1), spaces);
    assert.deepEqual(new Set([...layers, output]), new Set(["cuda:1"]));
  });

  it("fills several from the end of the model, and leaves its beginning on the CPU", () => {
    const spaces = [
      { id: "cuda:0", spendable_bytes: 3 * GIB },
      { id: "cuda:1", spendable_bytes: 4 * GIB },
    ];
    const { layers, output } = assignAutomatically(modelOf(8, 1), spaces);
    assert.deepEqual(layers, [
      CPU,
      CPU,
      "cuda:0",
      "cuda:0",
      "cuda:0",
      "cuda:1",
      "cuda:1",
      "cuda:1",
    ]);
    assert.equal(output, "cuda:1");
  });

  it("moves experts to the CPU before whole layers", () => {
    const spaces = [{ id: "cuda:0", spendable_bytes: 14 * GIB }];
    const { layers, experts } = assignAutomatically(modelOf(5, 4, 3), spaces);
    assert.deepEqual(layers, new Array(5).fill("cuda:0"));
    assert.deepEqual(experts, [CPU, CPU, "cuda:0", "cuda:0", "cuda:0"].fill(CPU, 0, 3));
  });

  it("stays on the CPU where not even the output fits", () => {
    const spaces = [{ id: "cuda:0", spendable_bytes: GIB / 2 }];
    assert.deepEqual(devicesOf(assignAutomatically(modelOf(3, 1), spaces)), []);
  });

  it("never puts more on a device than it has room for", () => {
    fc.assert(
      fc.property(ANY_MODEL, ANY_SPACES, (facts, spaces) => {
        const assignment = assignAutomatically(facts, spaces);
        for (const { id, spendable_bytes } of spaces) {
          const taken = bytesOn(id, facts, assignment);
          assert.ok(taken === 0 || taken <= spendable_bytes, `${id}: ${String(taken)}`);
        }
      }),
    );
  });

  it("puts every byte of the model somewhere, once", () => {
    fc.assert(
      fc.property(ANY_MODEL, ANY_SPACES, (facts, spaces) => {
        const assignment = assignAutomatically(facts, spaces);
        const used = [CPU, ...devicesOf(assignment)];
        const cache = facts.layers.length * facts.kv_bytes;
        const weights = facts.layers.reduce((sum, layer) => sum + layer.weights_bytes, 0);
        const placed = used.reduce((sum, id) => sum + bytesOn(id, facts, assignment), 0);
        const all = facts.embedding_bytes + weights + facts.output_bytes + cache;
        const isWorking = (id: string): boolean =>
          id !== CPU ||
          facts.embedding_bytes > 0 ||
          assignment.layers.includes(CPU) ||
          assignment.output === CPU;
        assert.equal(placed, all + used.filter(isWorking).length * facts.compute_bytes);
      }),
    );
  });

  it("never puts fewer layers beside the CPU when there is more room", () => {
    const dense = ANY_MODEL.map((facts) => ({
      ...facts,
      layers: facts.layers.map(({ weights_bytes }) => ({ weights_bytes, expert_bytes: 0 })),
    }));
    const sizes = fc.array(fc.tuple(fc.nat(60_000), fc.nat(20_000)), { maxLength: 3 });
    fc.assert(
      fc.property(dense, sizes, (facts, pairs) => {
        const before = pairs.map(([size]) => size);
        const after = pairs.map(([size, more]) => size + more);
        assert.ok(layersBeside(facts, before) <= layersBeside(facts, after));
      }),
    );
  });

  it("never puts fewer bytes of a mixture on a device that has more room", () => {
    fc.assert(
      fc.property(ANY_MODEL, fc.nat(60_000), fc.nat(20_000), (facts, size, more) => {
        const taken = (spendable_bytes: number): number =>
          bytesOn("cuda:0", facts, assignAutomatically(facts, [{ id: "cuda:0", spendable_bytes }]));
        const [less, larger] = [taken(size), taken(size + more)];
        // Experts come back once every layer is there: until then, layers count.
        const layers = [layersBeside(facts, [size]), layersBeside(facts, [size + more])];
        assert.ok(less <= larger || (layers[0] ?? 0) < (layers[1] ?? 0));
      }),
    );
  });

  it("always explains itself, and can always be carried out", () => {
    fc.assert(
      fc.property(ANY_MODEL, ANY_SPACES, (facts, spaces) => {
        const assignment = assignAutomatically(facts, spaces);
        const plan = describePlan(facts, assignment, { wish: "auto", spaces });
        assert.ok(plan.reasons.length > 0);
        for (const device of devicesOf(assignment)) {
          assert.ok(plan.reasons.some((reason) => reason.startsWith(`${device} has `)));
        }
        const counted = Object.values(plan.layers).reduce((sum, count) => sum + count, 0);
        assert.equal(counted, facts.layers.length);
        const native = toNativePlacement(assignment);
        if (native === undefined) {
          assert.deepEqual(devicesOf(assignment), []);
          return;
        }
        assert.ok("layers" in native);
        assert.deepEqual(native.devices, devicesOf(assignment));
        const ranges = native.layers.reduce((sum, count) => sum + count, 0);
        const parts = [...assignment.layers, assignment.output];
        assert.equal(ranges, parts.length - parts.findIndex((device) => device !== CPU));
      }),
    );
  });
});
