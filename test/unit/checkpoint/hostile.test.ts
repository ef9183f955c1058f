import assert from "node:assert/strict";
import fc from "fast-check";
import { AbstractLLMError } from "../../../src/errors.js";
import { CHECKPOINTS } from "../../helpers/checkpoints.js";
import { planOf, readFixture, withConfig, type Fixture } from "./fixture.js";

const CODES = ["MODEL_LOADING", "UNSUPPORTED_MODEL"];
const RUNS = { numRuns: 1500 };

/** A plan, or an error of ours: nothing else ever. */
function assertAnswers(fixture: Fixture): void {
  try {
    const plan = planOf(fixture);
    // What C++ gets is data throughout.
    assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    assert.ok(AbstractLLMError.isInstance(error), String(error));
    assert.ok(CODES.includes(error.code), error.code);
  }
}

describe("the planner", () => {
  const fixtures = new Map<string, Fixture>();
  before(async () => {
    for (const { name } of CHECKPOINTS) fixtures.set(name, await readFixture(name));
  });
  const anyName = fc.constantFrom(...CHECKPOINTS.map(({ name }) => name));
  const fixtureOf = (name: string): Fixture => {
    const fixture = fixtures.get(name);
    assert.ok(fixture);
    return fixture;
  };
  const json = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(0, 1, -1, 0.5, 2 ** 31, 2 ** 53, 1e308, "", [], {}, null, true),
  );

  it("answers any config.json", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), fc.jsonValue(), (config, architecture) => {
        const fixture = fixtureOf("llama");
        assertAnswers({ ...fixture, folder: { ...fixture.folder, config } });
        assertAnswers(withConfig(fixture, { architectures: [architecture] }));
      }),
      RUNS,
    );
  });

  it("answers a config.json in which some settings are anything", () => {
    const property = fc.property(
      anyName,
      fc.array(fc.tuple(fc.nat(), json), { minLength: 1, maxLength: 3 }),
      (checkpoint, values) => {
        const fixture = fixtureOf(checkpoint);
        const names = Object.keys(fixture.folder.config);
        const changes = values.map(([place, value]) => {
          return [names[place % names.length] ?? "", value] as const;
        });
        assertAnswers(withConfig(fixture, Object.fromEntries(changes)));
      },
    );
    fc.assert(property, RUNS);
  });

  it("answers any tensors", () => {
    const shape = fc.array(fc.oneof(fc.nat({ max: 500 }), fc.maxSafeNat()), { maxLength: 5 });
    const dtype = fc.constantFrom("F32", "F16", "BF16", "F64", "I64", "F8_E4M3", "");
    const property = fc.property(
      anyName,
      fc.nat(),
      fc.string(),
      shape,
      dtype,
      (checkpoint, place, name, size, type) => {
        const { folder, tensors } = fixtureOf(checkpoint);
        const index = place % tensors.length;
        const original = tensors[index];
        assert.ok(original);
        for (const changed of [
          { ...original, shape: size },
          { ...original, dtype: type },
          { ...original, name },
          { ...original, file: place },
        ]) {
          assertAnswers({ folder, tensors: tensors.with(index, changed) });
        }
      },
    );
    fc.assert(property, { numRuns: 400 });
  });

  it("answers any of the other small files", () => {
    const property = fc.property(json, json, json, (value, other, third) => {
      const fixture = fixtureOf("bert");
      const anything = {
        eos_token: value,
        eos_token_id: other,
        chat_template: third,
        bos_token: other,
        add_bos_token: value,
      };
      const folder = {
        ...fixture.folder,
        tokenizer: anything,
        generation: anything,
        specialTokens: anything,
        pooling: { pooling_mode: value },
      };
      const plan = planOf({ ...fixture, folder });
      assert.ok(
        plan.vocabulary.stop.every((token) => typeof token === "string" || Number.isInteger(token)),
      );
    });
    fc.assert(property, { numRuns: 300 });
  });
});
