/** A tokenizer without a model, as the addon has it (native/binding/tokenizer_wrap). */

/** Where a tokenizer is, and what its tokenizer_config.json says. */
export interface NativeTokenizerFiles {
  /** Absolute path. */
  tokenizerJson: string;
  addBos?: boolean;
  addEos?: boolean;
  bos?: string;
  eos?: string;
  cleanUpSpaces?: boolean;
}

export interface NativeEncodeRequest {
  texts: string[];
  addSpecial: boolean;
  parseSpecial: boolean;
  withPlaces: boolean;
}

/** Result of an encode job. */
export interface NativeEncodedTexts {
  /** Of all texts, one after the other. */
  ids: Int32Array;
  /** Of tokens, of each text. */
  counts: Uint32Array;
  /** Beginning and end of each token in its text, in UTF-16 code units; empty unless asked for. */
  places: Uint32Array;
}

/** One thread. Owned by runtime/native-tokenizer.ts. Methods return ids of jobs. */
export interface NativeTokenizer {
  /** Once. Its result is {vocabularySize}. */
  load(files: NativeTokenizerFiles): number;
  encode(request: NativeEncodeRequest): number;
  decode(tokens: Int32Array, skipSpecial: boolean): number;
  cancel(job: number): void;
  /** The same job id on every call. */
  close(): number;
}
