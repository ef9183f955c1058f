import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

/** Written by test/fixtures/tokenizers/make.py; another folder is for longer runs. */
const FOLDER =
  process.env["ABSTRACTLLM_TOKENIZER_FIXTURES"] ??
  fileURLToPath(new URL("../fixtures/tokenizers", import.meta.url));

/** What the reference makes of each text. */
export interface TokenizerReference {
  /** With special tokens around, and their text parsed. */
  readonly ids: readonly (readonly number[])[];
  /** By index: without special tokens around, where text of special tokens stays text. */
  readonly guarded: Readonly<Record<number, readonly number[]>>;
  /** By index: without special tokens, where that is not the text again. */
  readonly decoded: Readonly<Record<number, string>>;
  /** Hashes of the tokens' places; none for a tokenizer of which the reference's are wrong. */
  readonly places: readonly number[];
}

/** A tokenizer.json, as far as tests look into it. */
export interface TokenizerFile {
  readonly added_tokens: readonly { readonly content: string }[];
}

export const tokenizerNames: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".reference.json.br"))
  .map((name) => name.replace(".reference.json.br", ""));

export function tokenizerJson(name: string): Buffer {
  return unpack(`${name}.tokenizer.json.br`);
}

export function reference(name: string): TokenizerReference {
  return parse(`${name}.reference.json.br`) as TokenizerReference;
}

/** The texts for a tokenizer: characters above U+EFFFF stand for its added tokens. */
export function textsFor(file: TokenizerFile): string[] {
  const added = file.added_tokens.map(({ content }) => content);
  return (parse("texts.json.br") as string[]).map((text) =>
    text.replace(
      /[\u{F0000}-\u{10FFFF}]/gu,
      (mark) => added[((mark.codePointAt(0) ?? 0) - 0xf0000) % added.length] ?? "",
    ),
  );
}

/** 32 bits of FNV-1a over numbers, as make.py has it. */
export function hashNumbers(numbers: Uint32Array): number {
  let value = 0x811c9dc5;
  for (const number of numbers) value = Math.imul(value ^ number, 0x01000193) >>> 0;
  return value;
}

function parse(name: string): unknown {
  return JSON.parse(unpack(name).toString("utf8"));
}

function unpack(name: string): Buffer {
  return brotliDecompressSync(readFileSync(join(FOLDER, name)));
}
