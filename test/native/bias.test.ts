import assert from "node:assert/strict";
import { GenerationError, InvalidParameterError, type GenerateOptions } from "../../src/index.js";
import { useProvider } from "../helpers/provider.js";
import { rejectionOf } from "../helpers/rejection.js";
import { STORY, STORY_PROMPT } from "../helpers/reference.js";

describe("logit_bias", () => {
  const llm = useProvider();
  const write = (options: GenerateOptions): PromiseLike<string> =>
    llm().generate(STORY_PROMPT, { max_tokens: 12, ...options });

  /** The id of a text that is one token. */
  async function idOf(text: string): Promise<number> {
    const ids = await llm().tokenize(text);
    assert.equal(ids.length, 1, `${JSON.stringify(text)} is not one token`);
    return ids[0] ?? -1;
  }

  it("+100 forces a token", async () => {
    const id = await idOf(" fox");
    assert.equal(await write({ logit_bias: { [id]: 100 } }), " fox".repeat(12));
    const hot = { temperature: 2, seed: 1, logit_bias: { [id]: 100 } };
    assert.equal(await write(hot), " fox".repeat(12));
  });

  for (const bias of [-Infinity, false] as const) {
    it(`${String(bias)} forbids a token`, async () => {
      const once = await idOf("Once");
      assert.ok(STORY.startsWith("Once"));
      for (const options of [{}, { temperature: 100, top_k: 0, top_p: 1, min_p: 0, seed: 3 }]) {
        const text = await write({ ...options, logit_bias: { [once]: bias } });
        assert.ok(!text.includes("Once"), text);
      }
    });
  }

  it("0 changes nothing", async () => {
    const once = await idOf("Once");
    assert.ok(STORY.startsWith(await write({ logit_bias: { [once]: 0 } })));
  });

  it("adds up with what the model finds: the larger bias wins", async () => {
    const [fox, map] = [await idOf(" fox"), await idOf(" map")];
    const text = await write({ logit_bias: { [fox]: 500, [map]: 1000 } });
    assert.equal(text, " map".repeat(12));
  });

  it("leaves no token when all are forbidden, with every kind of sampling", async () => {
    const all = Array.from({ length: 1232 }, (_, id) => [id, false] as const);
    const logit_bias: Record<string, false> = Object.fromEntries(all);
    const kinds: GenerateOptions[] = [
      { temperature: 0 },
      { temperature: 1 },
      { temperature: 1, top_k: 0 },
      { temperature: 1, top_k: 0, top_p: 1, min_p: 0 },
      { temperature: 1, typical_p: 0.5 },
      { temperature: 1, mirostat: 1 },
      { temperature: 1, mirostat: 2 },
      { temperature: 0, dry_multiplier: 1 },
      { temperature: 0, grammar: 'root ::= "a"' },
    ];
    for (const kind of kinds) {
      const error = await rejectionOf(GenerationError, write({ ...kind, logit_bias }));
      assert.equal(error.code, "GENERATION");
    }
  });

  it("rejects ids that the model does not have", async () => {
    for (const id of [1232, 2 ** 31 - 1]) {
      const error = await rejectionOf(InvalidParameterError, write({ logit_bias: { [id]: 1 } }));
      assert.equal(error.details.parameter, "logit_bias");
      assert.equal(error.details.value, id);
    }
  });
});

describe("sampling with extreme values", () => {
  const llm = useProvider();

  // Smaller than what float32 can divide a logit by.
  for (const temperature of [1e-30, 1e-38, 1e-45]) {
    it(`a temperature of ${String(temperature)} is greedy`, async () => {
      for (const kind of [{}, { top_k: 0 }, { top_k: 0, top_p: 1, min_p: 0 }, { typical_p: 0.9 }]) {
        const options = { temperature, seed: 1, max_tokens: 12, ...kind };
        const text = await llm().generate(STORY_PROMPT, options);
        assert.ok(STORY.startsWith(text), `${JSON.stringify(kind)}: ${text}`);
      }
    });
  }

  it("the largest biases order the tokens still", async () => {
    const [fox = 0] = await llm().tokenize(" fox");
    const [map = 0] = await llm().tokenize(" map");
    const logit_bias = { [fox]: 3e38, [map]: -3e38 };
    for (const kind of [{ temperature: 0 }, { temperature: 0.1 }, { temperature: 0.1, top_k: 0 }]) {
      const options = { seed: 1, max_tokens: 4, logit_bias, ...kind };
      assert.equal(await llm().generate("Hello", options), " fox".repeat(4));
    }
  });

  it("the smallest repetition_penalty leaves nothing but what is in the prompt", async () => {
    for (const kind of [
      { temperature: 0 },
      { temperature: 0.1 },
      { temperature: 0.1, top_k: 0 },
      { temperature: 0.1, top_k: 0, top_p: 1, min_p: 0 },
      { temperature: 0.1, typical_p: 0.5 },
      { temperature: 0.1, mirostat: 1 },
      { temperature: 0.1, mirostat: 2 },
      { temperature: 0, dry_multiplier: 0.1 },
    ] as const) {
      const options = { seed: 1, max_tokens: 4, repetition_penalty: 1e-44, ...kind };
      const text = await llm().generate("Hello there", options);
      assert.match(text, /^(user|assistant|\n|Hello| there)*$/, JSON.stringify(kind));
    }
  });
});
