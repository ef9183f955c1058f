import assert from "node:assert/strict";
import type { GenerateOptions } from "../../src/index.js";
import { useProvider } from "../helpers/provider.js";

// After this the model goes on so.
const PROMPT = "The fox ".repeat(60);

describe("dry", () => {
  const llm = useProvider();
  const go = (options: GenerateOptions = {}): PromiseLike<string> =>
    llm().generate(PROMPT, { max_tokens: 12, ...options });

  it("stops a repetition that the model goes on with otherwise", async () => {
    const repeated = await go();
    assert.ok(repeated.includes(" fox".repeat(8)), repeated);
    const text = await go({ dry_multiplier: 10 });
    assert.ok(!text.includes(" fox".repeat(4)), text);
  });

  it("lets repetitions pass up to dry_allowed_length", async () => {
    const text = await go({ dry_multiplier: 10, dry_allowed_length: 4000 });
    assert.equal(text, await go());
  });

  it("looks back no further than dry_penalty_last_n", async () => {
    assert.equal(await go({ dry_multiplier: 10, dry_penalty_last_n: 0 }), await go());
    assert.equal(await go({ dry_multiplier: 10, dry_penalty_last_n: 2 }), await go());
  });

  it("ends repetitions at dry_sequence_breakers", async () => {
    const text = await go({ dry_multiplier: 10, dry_sequence_breakers: [" fox"] });
    assert.equal(text, await go());
    assert.notEqual(await go({ dry_multiplier: 10, dry_sequence_breakers: [] }), await go());
  });

  it("grows with dry_base", async () => {
    const weak = await go({ dry_multiplier: 1e-3, dry_base: 1 });
    assert.equal(weak, await go());
    assert.notEqual(await go({ dry_multiplier: 1e-3, dry_base: 100 }), await go());
  });

  it("gives the same text for the same seed", async () => {
    const options = { dry_multiplier: 2, temperature: 2, seed: 4 };
    assert.equal(await go(options), await go(options));
  });
});
