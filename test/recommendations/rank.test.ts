import assert from "node:assert/strict";
import fc from "fast-check";
import { CATALOGUE } from "../../src/recommendations/catalogue/index.js";
import { rankRecommendations } from "../../src/recommendations/rank.js";
import type { CatalogueEntry, MachineFacts } from "../../src/recommendations/types.js";

const GIB = 1024 ** 3;
const LAPTOP: MachineFacts = { availableBytes: 8 * GIB, bandwidth: 40e9 };

function entry(model: string, parameters: number, active?: number): CatalogueEntry {
  return {
    model,
    description: "One.",
    tasks: ["text-generation"],
    parameters,
    ...(active === undefined ? {} : { active }),
    license: "mit",
    context: 4096,
    languages: ["en"],
    formats: ["safetensors"],
  };
}

const machines = fc.record({
  availableBytes: fc.double({ min: 0, max: 512 * GIB, noNaN: true }),
  bandwidth: fc.option(fc.double({ min: 1e9, max: 1e12, noNaN: true }), { nil: undefined }),
});

describe("rankRecommendations", () => {
  it("puts the largest first that fits and answers as fast as one reads", () => {
    const listed = [entry("small", 1), entry("huge", 70), entry("slow", 12), entry("good", 7)];
    const names = rankRecommendations(listed, LAPTOP).map(({ model }) => model);
    assert.deepEqual(names, ["good", "small", "slow", "huge"]);
  });

  it("gives each the best weights that fit and are fast enough", () => {
    const rows = rankRecommendations([entry("a", 0.5), entry("b", 4), entry("c", 70)], LAPTOP);
    const types = Object.fromEntries(rows.map(({ model, quantization }) => [model, quantization]));
    assert.deepEqual(types, { a: "none", b: "q8_0", c: "q4_k_m" });
  });

  it("predicts the bandwidth divided by the bytes that a token reads", () => {
    const [row] = rankRecommendations([entry("a", 1)], {
      availableBytes: 8 * GIB,
      bandwidth: 40e9,
    });
    assert.equal(row?.tokens_per_second, 20);
    assert.equal(row.is_measured, true);
    const [sparse] = rankRecommendations([entry("moe", 10, 1)], LAPTOP);
    assert.ok((sparse?.tokens_per_second ?? 0) > 20);
  });

  it("takes an exact estimate where there is one", () => {
    const exact = (): { weightBytes: number; cacheBytes: number; readBytes: number } => {
      return { weightBytes: 5, cacheBytes: 6, readBytes: 4e9 };
    };
    const [row] = rankRecommendations([entry("a", 1)], LAPTOP, exact);
    assert.equal(row?.needed_bytes, 11);
    assert.equal(row.tokens_per_second, 10);
  });

  it("knows nothing of what has no size, and keeps a program's own rows first", () => {
    const own = { model: "mine", description: "My own" };
    const [row] = rankRecommendations([entry("a", 1), own], LAPTOP);
    assert.equal(row?.model, "mine");
    assert.equal(row.fits, undefined);
    assert.equal(row.tokens_per_second, undefined);
  });

  it("says fits exactly when the need is free, on any machine", () => {
    fc.assert(
      fc.property(machines, (machine) => {
        const rows = rankRecommendations(CATALOGUE, machine);
        assert.equal(rows.length, CATALOGUE.length);
        for (const { fits, needed_bytes = 0, tokens_per_second = 0 } of rows) {
          if (fits === true) assert.ok(needed_bytes <= machine.availableBytes + 1);
          else assert.ok(needed_bytes > machine.availableBytes - 1);
          assert.ok(tokens_per_second > 0);
        }
        const fitting = rows.map(({ fits }) => fits === true);
        assert.ok(
          !fitting.slice(fitting.indexOf(false)).includes(true) || !fitting.includes(false),
        );
      }),
      { numRuns: 50 },
    );
  });

  it("never makes a model fit worse by more memory", () => {
    fc.assert(
      fc.property(machines, fc.double({ min: 1, max: 64, noNaN: true }), (machine, factor) => {
        const larger = { ...machine, availableBytes: machine.availableBytes * factor };
        const fits = new Set(
          rankRecommendations(CATALOGUE, machine).flatMap((row) => (row.fits ? row.model : [])),
        );
        for (const row of rankRecommendations(CATALOGUE, larger)) {
          if (fits.has(row.model)) assert.equal(row.fits, true, row.model);
        }
      }),
      { numRuns: 50 },
    );
  });
});
