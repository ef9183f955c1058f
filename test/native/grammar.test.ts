import assert from "node:assert/strict";
import { InvalidParameterError, type GenerateOptions } from "../../src/index.js";
import { useProvider } from "../helpers/provider.js";
import { assertAnswers } from "../helpers/reference.js";
import { rejectionOf } from "../helpers/rejection.js";

const WILD = { temperature: 5, top_k: 0, top_p: 1, min_p: 0 } as const;
const SEEDS = [1, 2, 3, 4, 5, 6];

describe("grammar", () => {
  const llm = useProvider();
  const write = (grammar: string, options: GenerateOptions = {}): PromiseLike<string> =>
    llm().generate("Hello", { grammar, max_tokens: 64, ...options });

  // Greedily, and where chance would write anything at all.
  const sampling: GenerateOptions[] = [{}, ...SEEDS.map((seed) => ({ ...WILD, seed }))];

  for (const [title, grammar, language] of [
    ["a choice", 'root ::= "yes" | "no"', /^(yes|no)$/],
    ["repetitions", 'root ::= [a-c]{3} "-" [0-9]+ "."', /^[a-c]{3}-[0-9]+\.$/],
    [
      "rules",
      'root ::= pair (", " pair)?\npair ::= word "=" word\nword ::= [a-z]{1,4}',
      /^[a-z]{1,4}=[a-z]{1,4}(, [a-z]{1,4}=[a-z]{1,4})?$/,
    ],
    ["characters of several bytes", "root ::= [α-ω]{2} [😀-😎]", /^[α-ω]{2}[😀-😎]$/u],
    ["the empty text", 'root ::= ""', /^$/],
  ] as const) {
    it(`binds the text to ${title}`, async () => {
      for (const options of sampling) {
        const { text, finish_reason } = await llm()
          .generate("Hello", { grammar, max_tokens: 64, ...options })
          .result();
        // Cut off, it need not be finished.
        if (finish_reason === "stop") assert.match(text, language);
      }
    });
  }

  it("makes different choices by chance", async () => {
    const grammar = 'root ::= "yes" | "no"';
    const seeds = Array.from({ length: 16 }, (_, seed) => seed);
    const texts = await Promise.all(seeds.map((seed) => write(grammar, { ...WILD, seed })));
    assert.deepEqual(new Set(texts), new Set(["yes", "no"]));
  });

  it("makes JSON that parses", async () => {
    const grammar = [
      'root ::= "{" field ("," field){0,2} "}"',
      'field ::= "\\"" [a-z]{1,3} "\\":" ( [1-9] [0-9]? | "\\"" [a-z ]{0,3} "\\"" )',
    ].join("\n");
    for (const options of sampling) {
      const value: unknown = JSON.parse(await write(grammar, options));
      assert.equal(typeof value, "object");
    }
  });

  it("ends the text when it is complete", async () => {
    const result = await llm().generate("Hello", { grammar: 'root ::= "ok"' }).result();
    assert.equal(result.text, "ok");
    assert.equal(result.finish_reason, "stop");
    assert.equal(result.stop_sequence, undefined);
  });

  it("holds with every kind of sampling", async () => {
    const grammar = 'root ::= "yes" | "no"';
    for (const options of [
      { temperature: 1, mirostat: 1 },
      { temperature: 1, mirostat: 2 },
      { temperature: 1, dry_multiplier: 1 },
      { temperature: 1, xtc_probability: 1, xtc_threshold: 0 },
      { temperature: 1, typical_p: 0.5, top_k: 1 },
      { temperature: 0, repetition_penalty: 100 },
    ] as const) {
      assert.match(await write(grammar, { seed: 1, ...options }), /^(yes|no)$/);
    }
  });

  it("gives the same text for the same seed", async () => {
    const grammar = "root ::= [a-z]{20}";
    const options = { ...WILD, seed: 9 };
    assert.equal(await write(grammar, options), await write(grammar, options));
  });

  for (const [title, grammar] of [
    ["without a root", 'other ::= "a"'],
    ["that does not parse", 'root := "a"'],
    ["with an unknown rule", "root ::= other"],
    ["with left recursion", 'root ::= root "a"'],
    ["with too many ways to begin", `root ::= ${'"x"? '.repeat(100_000)}`],
    ["with an open group", 'root ::= ("a"'],
    ["nested too deeply", `root ::= ${"(".repeat(5000)}"a"${")".repeat(5000)}`],
    ["that repeats too often", 'root ::= "a"{1000000000}'],
    ["longer than 1 MiB", `root ::= "${"a".repeat(2 ** 20)}"`],
  ] as const) {
    it(`rejects one ${title}, by name`, async () => {
      const error = await rejectionOf(InvalidParameterError, write(grammar));
      assert.equal(error.details.parameter, "grammar");
      assert.ok(error.details.allowed.includes("GBNF"));
      await assertAnswers(llm());
    });
  }

  it("takes those that match a text in many ways", async () => {
    assert.match(await write(`root ::= ${'"x"? '.repeat(1000)} "."`, { max_tokens: 8 }), /^x*\.?$/);
    assert.match(await write(`root ::= ${"[a-z]? ".repeat(1000)}`, { max_tokens: 8 }), /^[a-z]*$/);
  });

  it("takes large ones", async () => {
    const words = Array.from({ length: 5000 }, (_, i) => `"${i.toString(36)}"`);
    assert.match(await write(`root ::= ${words.join(" | ")}`), /^[0-9a-z]{1,3}$/);
    const rules = Array.from({ length: 5000 }, (_, i) => `r${String(i)} ::= r${String(i + 1)}`);
    assert.equal(await write(`root ::= r0\n${rules.join("\n")}\nr5000 ::= "x"`), "x");
  });
});
