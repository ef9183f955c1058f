/** Options of Tokenizer.from(). */
export interface TokenizerOptions {
  /** Stops the call, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Options of one encode() or encodeBatch(). */
export interface EncodeOptions extends TokenizerOptions {
  /**
   * Puts the special tokens around the text that the tokenizer puts around texts.
   * @default true
   */
  add_special_tokens?: boolean | undefined;
  /**
   * Whether special tokens' text in the input becomes the tokens. Not for text of strangers,
   * who could forge the turns of a conversation.
   * @default false
   */
  parse_special?: boolean | undefined;
  /**
   * Also tells where each token comes from.
   * @default false
   */
  return_offsets_mapping?: boolean | undefined;
}

/** Options of one decode(). */
export interface DecodeOptions extends TokenizerOptions {
  /**
   * Leaves special tokens out of the text.
   * @default true
   */
  skip_special_tokens?: boolean | undefined;
}
