import { parseText, parseTokens } from "./config/call-input.js";
import { invalidParameter } from "./config/invalid.js";
import { resolveProviderConfig } from "./config/resolve.js";
import {
  resolveDecodeOptions,
  resolveEncodeOptions,
  resolveTokenizerOptions,
} from "./config/resolve-tokenizer.js";
import type { DecodeOptions, EncodeOptions, TokenizerOptions } from "./config/types.js";
import { preview } from "./internal/preview.js";
import type { NativeEncodedTexts } from "./native/tokenizer.js";
import { locateTokenizer } from "./runtime/locate-tokenizer.js";
import { TokenizerHandle } from "./runtime/native-tokenizer.js";

/** The tokens of a text, and where they come from. */
export interface TokenizedText {
  ids: Int32Array;
  /**
   * Where each token's characters begin and end in the string, as `slice` counts: token `i`
   * is `text.slice(offsets[2 * i], offsets[2 * i + 1])`. Both are 0 for tokens that were put
   * around the text. Parts of a character have all of it.
   */
  offsets: Uint32Array;
}

type WithOffsets = EncodeOptions & { return_offsets_mapping: true };

/**
 * Texts to token ids and back as Hugging Face's `tokenizers` library does it, without a model
 * and off the JavaScript thread. Texts in invalid UTF-16 have U+FFFD for what is wrong.
 *
 * @example
 * await using tokenizer = await Tokenizer.from("./folder-of-a-model");
 * const ids = await tokenizer.encode("Hello");
 */
export class Tokenizer {
  readonly #handle: TokenizerHandle;

  private constructor(handle: TokenizerHandle) {
    this.#handle = handle;
  }

  /**
   * Reads a tokenizer; its thread lives until `cleanup()`, or until nobody has it any more.
   *
   * @param model a tokenizer.json, or the folder of a checkpoint that has one, as a path or a
   *   `file:` URL
   *   @default the embedded model's
   * @throws {InvalidParameterError} INVALID_PARAMETER
   * @throws {ModelNotFoundError} MODEL_NOT_FOUND
   * @throws {ModelLoadingError} MODEL_LOADING for a damaged file
   * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for kinds and patterns that are not served;
   *   the message has the place in the file
   * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for what is not on this machine, and
   *   for .gguf files
   */
  static async from(model?: string | URL, options: TokenizerOptions = {}): Promise<Tokenizer> {
    const callSite = new Error("Tokenizer.from");
    const { signal } = resolveTokenizerOptions(options);
    const given = resolveProviderConfig({ model }).model;
    signal?.throwIfAborted();
    const files = await locateTokenizer(given);
    return new Tokenizer(await TokenizerHandle.load(files, { signal, callSite }));
  }

  /**
   * Token ids of a text.
   *
   * @throws {InvalidParameterError} INVALID_PARAMETER
   * @throws {InvalidRequestError} INVALID_REQUEST for a character without a token, where the
   *   tokenizer has none for unknown ones, and after `cleanup()`
   */
  encode(text: string, options: WithOffsets): Promise<TokenizedText>;
  encode(text: string, options?: EncodeOptions): Promise<Int32Array>;
  async encode(text: string, options: EncodeOptions = {}): Promise<Int32Array | TokenizedText> {
    const callSite = new Error("encode");
    const results = await this.#encode([parseText(text)], options, callSite);
    return results[0] as TokenizedText;
  }

  /**
   * The same for many texts, on as many threads as are worth it.
   *
   * @throws as `encode`; `details.index` of an InvalidRequestError says which text
   */
  encodeBatch(texts: readonly string[], options: WithOffsets): Promise<TokenizedText[]>;
  encodeBatch(texts: readonly string[], options?: EncodeOptions): Promise<Int32Array[]>;
  async encodeBatch(
    texts: readonly string[],
    options: EncodeOptions = {},
  ): Promise<Int32Array[] | TokenizedText[]> {
    const callSite = new Error("encodeBatch");
    if (!Array.isArray(texts)) {
      throw invalidParameter(`Invalid texts: ${preview(texts)}`, {
        parameter: "texts",
        value: texts,
        allowed: "an array of strings",
      });
    }
    const results = await this.#encode(texts.map(parseText), options, callSite);
    return results as Int32Array[] | TokenizedText[];
  }

  /**
   * The text of token ids. Bytes that are no UTF-8 become U+FFFD.
   *
   * @throws {InvalidParameterError} INVALID_PARAMETER for ids outside the vocabulary
   */
  async decode(tokens: Iterable<number>, options: DecodeOptions = {}): Promise<string> {
    const callSite = new Error("decode");
    const { signal, skip_special_tokens } = resolveDecodeOptions(options);
    const ids = parseTokens(tokens);
    return await this.#handle.decode(ids, skip_special_tokens, { signal, callSite });
  }

  /** Ends the thread; calls that are under way fail. Idempotent. */
  async cleanup(): Promise<void> {
    await this.#handle.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cleanup();
  }

  async #encode(
    texts: string[],
    options: EncodeOptions,
    callSite: Error,
  ): Promise<(Int32Array | TokenizedText)[]> {
    const resolved = resolveEncodeOptions(options);
    const withPlaces = resolved.return_offsets_mapping;
    const request = {
      texts,
      addSpecial: resolved.add_special_tokens,
      parseSpecial: resolved.parse_special,
      withPlaces,
    };
    const encoded = await this.#handle.encode(request, { signal: resolved.signal, callSite });
    return split(encoded, withPlaces);
  }
}

/** Copies: a view of one text would keep those of all others. */
function split(encoded: NativeEncodedTexts, withPlaces: boolean): (Int32Array | TokenizedText)[] {
  let begin = 0;
  return Array.from(encoded.counts, (count) => {
    const end = begin + count;
    const ids = encoded.ids.slice(begin, end);
    const offsets = encoded.places.slice(2 * begin, 2 * end);
    begin = end;
    return withPlaces ? { ids, offsets } : ids;
  });
}
