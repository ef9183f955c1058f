import assert from "node:assert/strict";
import fc from "fast-check";
import { InvalidParameterError, InvalidRequestError } from "../../src/index.js";
import { toWellFormed } from "../../src/internal/to-well-formed.js";
import { useProvider } from "../helpers/provider.js";
import { rejectionOf } from "../helpers/rejection.js";
import { assertAnswers, REFERENCE } from "../helpers/reference.js";

const VOCABULARY_SIZE = 1232;
const SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>", "<tool_call>", "<pad>"];

describe("tokenize and detokenize", () => {
  const llm = useProvider();

  async function assertRoundTrip(text: string): Promise<void> {
    const tokens = await llm().tokenize(text);
    assert.ok(tokens instanceof Int32Array && tokens.length > 0);
    assert.equal(await llm().detokenize(tokens), toWellFormed(text), JSON.stringify(text));
    assert.equal(await llm().countTokens(text), tokens.length);
  }

  for (const [title, texts] of Object.entries({
    "plain text": ["Hello", ...REFERENCE.map(({ output }) => output)],
    "white space": [" ", "  a  ", "\n\n\t\r\n", "a\u00a0b\u3000c", "\u200b\u2028"],
    punctuation: ["don't I'm we'll", "a . b , c !", "...---!!!", "n't 's"],
    digits: ["1234567890", "3.14", "٣٤٥", "①②"],
    "control characters": ["\0", "\0\0a\0", "\u0001\u001f\u007f\u0080\u009f"],
    emoji: ["😀", "👩‍👩‍👧‍👦🇫🇷✊🏿", "e\u0301\u0302", "\ufeffx"],
    scripts: ["漢字かなカナ", "עברית العربية", "हिन्दी ไทย", "Ελληνικά кириллица"],
    "the ends of Unicode": ["\ud7ff\ue000\uffff", "\u{10ffff}", "\u{10000}"],
    "lone surrogates, which become U+FFFD": ["\ud800", "a\udfffb", "\udc00\ud800", "x\ud83d"],
    "the text of special tokens": [...SPECIAL, SPECIAL.join("\n")],
  })) {
    it(`gives back ${title}`, async () => {
      for (const text of texts) await assertRoundTrip(text);
    });
  }

  it("gives back any text", async () => {
    const property = fc.asyncProperty(
      fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
      assertRoundTrip,
    );
    await fc.assert(property, { numRuns: 150 });
  });

  it("does not make special tokens of text", async () => {
    for (const text of SPECIAL) {
      const tokens = await llm().tokenize(text);
      assert.ok(tokens.length > 1, text);
      assert.ok(Math.min(...tokens) >= 9, text);
    }
  });

  describe("a million of one character", () => {
    // The engine's own patterns recurse once per character.
    for (const character of ["a", " ", "\n", "!", "7", "é", "漢", "😀", "\u0301", "\0", "'"]) {
      it(JSON.stringify(character), async () => {
        const text = character.repeat(2 ** 20 / character.length);
        const tokens = await llm().tokenize(text);
        assert.ok((await llm().detokenize(tokens)) === text, "another text came back");
      });
    }

    it("of two kinds in turn", async () => {
      for (const pair of ["a ", "a'", "1a", " \n", "é!"]) {
        const text = pair.repeat(2 ** 18);
        const tokens = await llm().tokenize(text);
        assert.ok((await llm().detokenize(tokens)) === text, JSON.stringify(pair));
      }
      await assertAnswers(llm());
    });
  });

  it("gives each token a text", async () => {
    for (let id = 0; id < VOCABULARY_SIZE; ++id) {
      const text = await llm().detokenize([id]);
      assert.equal(text === "", id < 9, `token ${String(id)} is ${JSON.stringify(text)}`);
    }
  });

  it("gives half a character as U+FFFD, and joins halves", async () => {
    const tokens = await llm().tokenize("😀");
    assert.ok(tokens.length > 1);
    assert.match(await llm().detokenize(tokens.slice(0, 1)), /^\uFFFD+$/);
    assert.equal(await llm().detokenize(tokens), "😀");
  });

  it("gives no text for no tokens", async () => {
    for (const tokens of [[], new Int32Array(0), new Set<number>()]) {
      assert.equal(await llm().detokenize(tokens), "");
    }
  });

  it("takes ids in any form of list", async () => {
    const tokens = await llm().tokenize("Hello there");
    assert.equal(await llm().detokenize([...tokens]), "Hello there");
    assert.equal(await llm().detokenize(tokens.values()), "Hello there");
  });

  it("does not change what it was given, nor keep it", async () => {
    const tokens = await llm().tokenize("Hello there");
    const pending = llm().detokenize(tokens);
    tokens.fill(0);
    await pending;
    assert.ok(tokens.every((token) => token === 0));
  });

  it("rejects ids that the model does not have", async () => {
    for (const id of [VOCABULARY_SIZE, 2 ** 31 - 1, -1, 2 ** 31, 0.5, NaN, Infinity]) {
      const error = await rejectionOf(InvalidParameterError, llm().detokenize([5, id]));
      assert.equal(error.details.parameter, "tokens");
    }
    for (const id of [-1, VOCABULARY_SIZE, -(2 ** 31)]) {
      await rejectionOf(InvalidParameterError, llm().detokenize(Int32Array.of(id)));
    }
  });

  it("rejects what is no text and no list", async () => {
    for (const text of [undefined, null, 7, {}, ["a"]]) {
      await rejectionOf(InvalidRequestError, llm().tokenize(text as never));
      await rejectionOf(InvalidRequestError, llm().countTokens(text as never));
    }
    for (const tokens of [undefined, null, 7, {}, "12", ["1"]]) {
      await rejectionOf(InvalidParameterError, llm().detokenize(tokens as never));
    }
  });
});
