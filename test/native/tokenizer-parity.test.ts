import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Tokenizer } from "../../src/index.js";
import {
  hashNumbers,
  reference,
  textsFor,
  tokenizerJson,
  tokenizerNames,
  type TokenizerFile,
} from "../helpers/tokenizer-fixtures.js";

describe("tokenizers of real models", () => {
  for (const name of tokenizerNames) {
    it(`${name}: ids, places and texts are those of the tokenizers library`, async () => {
      const folder = await mkdtemp(join(tmpdir(), "abstractllm-tokenizer-"));
      const json = tokenizerJson(name);
      const path = join(folder, "tokenizer.json");
      await writeFile(path, json);
      await using tokenizer = await Tokenizer.from(path);
      await rm(folder, { recursive: true });
      await compare(tokenizer, textsFor(JSON.parse(json.toString()) as TokenizerFile), name);
    });
  }
});

async function compare(
  tokenizer: Tokenizer,
  texts: readonly string[],
  name: string,
): Promise<void> {
  const expected = reference(name);
  const encoded = await tokenizer.encodeBatch(texts, {
    parse_special: true,
    return_offsets_mapping: true,
  });
  const plain = { add_special_tokens: false };
  const parsed = await tokenizer.encodeBatch(texts, { ...plain, parse_special: true });
  const guarded = await tokenizer.encodeBatch(texts, plain);
  for (const [index, text] of texts.entries()) {
    const what = `${name}, text ${String(index)}: ${JSON.stringify(text)}`;
    const { ids, offsets } = at(encoded, index);
    assert.deepEqual(Array.from(ids), expected.ids[index], what);
    const places = expected.places[index];
    if (places !== undefined) assert.equal(hashNumbers(offsets), places, `places of ${what}`);
    const safe = expected.guarded[index] ?? Array.from(at(parsed, index));
    assert.deepEqual(Array.from(at(guarded, index)), safe, `guarded, ${what}`);
    const decoded = await tokenizer.decode(ids);
    assert.equal(decoded, expected.decoded[index] ?? text, `decoded, ${what}`);
  }
}

function at<T>(results: readonly T[], index: number): T {
  const result = results[index];
  assert.ok(result !== undefined);
  return result;
}
