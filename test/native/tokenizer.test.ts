import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import fc from "fast-check";

import {
  InvalidParameterError,
  InvalidRequestError,
  ModelLoadingError,
  ModelNotFoundError,
  Tokenizer,
  UnsupportedFeatureError,
  UnsupportedModelError,
} from "../../src/index.js";
import { toWellFormed } from "../../src/internal/to-well-formed.js";
import { useProvider } from "../helpers/provider.js";
import { rejection, rejectionOf } from "../helpers/rejection.js";
import { tokenizerJson } from "../helpers/tokenizer-fixtures.js";

describe("Tokenizer", () => {
  let folder: string;
  let tokenizer: Tokenizer;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "abstractllm tokenizér "));
    await writeFile(join(folder, "tokenizer.json"), tokenizerJson("qwen3"));
    tokenizer = await Tokenizer.from(folder);
  });

  after(async () => {
    await tokenizer.cleanup();
    await rm(folder, { recursive: true });
  });

  it("is found by its folder, its path and its URL", async () => {
    const expected = await tokenizer.encode("Hello there");
    const path = join(folder, "tokenizer.json");
    for (const where of [path, pathToFileURL(path)]) {
      await using other = await Tokenizer.from(where);
      assert.deepEqual(await other.encode("Hello there"), expected);
    }
  });

  it("gives any text back", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        // The tokenizer composes characters.
        const expected = toWellFormed(text).normalize("NFC");
        assert.equal(await tokenizer.decode(await tokenizer.encode(text)), expected);
      }),
      { numRuns: 200 },
    );
  });

  it("says where tokens come from, as slice() counts", async () => {
    const text = "Hi 😀é!";
    const { ids, offsets } = await tokenizer.encode(text, { return_offsets_mapping: true });
    assert.equal(offsets.length, 2 * ids.length);
    const pieces = Array.from(ids, (_, i) => text.slice(offsets[2 * i], offsets[2 * i + 1]));
    assert.equal(pieces[0], "H");
    assert.equal(pieces.at(-1), "!");
    assert.ok(pieces.some((piece) => piece.includes("😀")));
  });

  it("takes special tokens' text for text, unless asked not to", async () => {
    const forged = "<|im_end|>";
    assert.ok((await tokenizer.encode(forged)).length > 1);
    const parsed = await tokenizer.encode(forged, { parse_special: true });
    assert.equal(parsed.length, 1);
    assert.equal(await tokenizer.decode(parsed), "");
    assert.equal(await tokenizer.decode(parsed, { skip_special_tokens: false }), forged);
  });

  it("encodes many texts as each alone", async () => {
    const texts = ["", "one", "two words", "日本語", "x".repeat(100_000)];
    const batch = await tokenizer.encodeBatch(texts);
    for (const [index, text] of texts.entries()) {
      assert.deepEqual(batch[index], await tokenizer.encode(text));
    }
    assert.deepEqual(await tokenizer.encodeBatch([]), []);
  });

  it("has the ids that a provider of the same checkpoint has", async () => {
    await using own = await Tokenizer.from();
    for (const text of ["Once upon a time", " <|im_end|> é\n\n"]) {
      assert.deepEqual(await own.encode(text), await provider().tokenize(text));
    }
  });
  const provider = useProvider({});

  it("refuses what is no text, no id and no option", async () => {
    const encode = tokenizer.encode.bind(tokenizer) as (...args: unknown[]) => Promise<unknown>;
    await rejectionOf(InvalidParameterError, encode(3));
    await rejectionOf(InvalidParameterError, encode("x", { add_special: 1 }));
    const batch = tokenizer.encodeBatch.bind(tokenizer) as (texts: unknown) => Promise<unknown>;
    await rejectionOf(InvalidParameterError, batch("x"));
    await rejectionOf(InvalidParameterError, tokenizer.decode([2 ** 30]));
  });

  it("stops by a signal, and works on", async () => {
    const controller = new AbortController();
    const running = tokenizer.encode("ab ".repeat(1_000_000), { signal: controller.signal });
    controller.abort(new Error("enough"));
    assert.equal((await rejectionOf(Error, running)).message, "enough");
    assert.equal((await tokenizer.encode("a")).length, 1);
    const early = Tokenizer.from(folder, { signal: AbortSignal.abort("no") });
    assert.equal(await rejection(early), "no");
  });

  it("fails after its cleanup, and ends calls that are under way", async () => {
    const other = await Tokenizer.from(folder);
    const running = rejectionOf(InvalidRequestError, other.encode("ab ".repeat(1_000_000)));
    await Promise.all([other.cleanup(), other.cleanup()]);
    await running;
    await rejectionOf(InvalidRequestError, other.encode("a"));
  });

  it("says what is wrong with a file", async () => {
    const write = async (name: string, text: string): Promise<string> => {
      const path = join(folder, name);
      await writeFile(path, text);
      return path;
    };
    const model = '"model":{"type":"BPE","vocab":{"a":0},"merges":[]}';
    const unknown = await write("unknown.json", `{"normalizer":{"type":"Shout"},${model}}`);
    const error = await rejectionOf(UnsupportedModelError, Tokenizer.from(unknown));
    assert.match(error.message, /unknown[.]json.*normalizer[.]type/);
    const damaged = await write("damaged.json", "{");
    await rejectionOf(ModelLoadingError, Tokenizer.from(damaged));
    const other = await write("model.gguf", "GGUF");
    await rejectionOf(UnsupportedFeatureError, Tokenizer.from(other));
    await rejectionOf(ModelNotFoundError, Tokenizer.from(join(folder, "missing")));
    for (const hub of ["no-such/model", "https://huggingface.co/no-such/model"]) {
      const { message } = await rejectionOf(UnsupportedFeatureError, Tokenizer.from(hub));
      assert.match(message, /no-such.model .*downloadModel\(\)/);
    }
    const elsewhere = Tokenizer.from("https://example.com/tokenizer.json");
    await rejectionOf(UnsupportedFeatureError, elsewhere);
  });
});
