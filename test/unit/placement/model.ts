import fc from "fast-check";
import type { DeviceSpace, ModelFacts } from "../../../src/placement/facts.js";

export const GIB = 2 ** 30;

/** A model of equal layers, in GiB. */
export function modelOf(layers: number, layer: number, expert = 0): ModelFacts {
  return {
    embedding_bytes: GIB,
    layers: Array.from({ length: layers }, () => ({
      weights_bytes: layer * GIB,
      expert_bytes: expert * GIB,
    })),
    output_bytes: GIB,
    kv_bytes: 0,
    compute_bytes: 0,
  };
}

/** Any model, dense or with experts in some layers. */
export const ANY_MODEL: fc.Arbitrary<ModelFacts> = fc.record({
  embedding_bytes: fc.nat(1000),
  layers: fc.array(
    fc
      .tuple(fc.nat(1000), fc.nat(4000))
      .map(([rest, expert_bytes]) => ({ weights_bytes: rest + expert_bytes, expert_bytes })),
    { minLength: 1, maxLength: 40 },
  ),
  output_bytes: fc.nat(1000),
  kv_bytes: fc.nat(300),
  compute_bytes: fc.nat(500),
});

/** Up to four devices of any size. */
export const ANY_SPACES: fc.Arbitrary<DeviceSpace[]> = fc
  .array(fc.nat(60_000), { maxLength: 4 })
  .map((sizes) =>
    sizes.map((spendable_bytes, index) => ({ id: `cuda:${String(index)}`, spendable_bytes })),
  );
