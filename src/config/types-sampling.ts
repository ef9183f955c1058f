/** How the next token is chosen. */
export interface SamplingOptions {
  /**
   * Randomness of the choice, 0 to 100; 0 always takes the likeliest token (greedy).
   * @default 0.7
   */
  temperature?: number | undefined;
  /**
   * Keeps the k likeliest tokens; 0 keeps all.
   * @default 40
   */
  top_k?: number | undefined;
  /**
   * Keeps the likeliest tokens that together have this probability, above 0 and up to 1;
   * 1 keeps all.
   * @default 0.95
   */
  top_p?: number | undefined;
  /**
   * Keeps tokens at least this likely relative to the likeliest, 0 to 1; 0 keeps all.
   * @default 0.05
   */
  min_p?: number | undefined;
  /**
   * Keeps the tokens whose information is closest to what is expected, up to this
   * probability together, above 0 and up to 1; 1 keeps all.
   * @default 1
   */
  typical_p?: number | undefined;
  /**
   * Divides the logits of recent tokens, above 0 and up to 100; 1 is off.
   * @default 1
   */
  repetition_penalty?: number | undefined;
  /**
   * Subtracted from the logit of a recent token for each time it occurred, -2 to 2.
   * @default 0
   */
  frequency_penalty?: number | undefined;
  /**
   * Subtracted from the logits of all recent tokens, -2 to 2.
   * @default 0
   */
  presence_penalty?: number | undefined;
  /**
   * How many tokens count as recent for the three penalties; 0 turns them off.
   * @default 64
   */
  penalty_last_n?: number | undefined;
  /**
   * Strength of DRY, which penalises tokens that would extend a repetition; 0 is off.
   * @default 0
   */
  dry_multiplier?: number | undefined;
  /**
   * By what DRY's penalty grows with each repeated token, 1 to 100.
   * @default 1.75
   */
  dry_base?: number | undefined;
  /**
   * Length in tokens up to which DRY lets repetitions pass.
   * @default 2
   */
  dry_allowed_length?: number | undefined;
  /**
   * How many tokens DRY searches for repetitions; 0 turns it off.
   * @default 1024
   */
  dry_penalty_last_n?: number | undefined;
  /**
   * Strings at which DRY takes a repetition to end; at most 64, of 1 to 40 bytes.
   * @default ["\n", ":", "\"", "*"]
   */
  dry_sequence_breakers?: readonly string[] | undefined;
  /**
   * Probability with which XTC removes the likeliest tokens at a step, 0 to 1; 0 is off.
   * @default 0
   */
  xtc_probability?: number | undefined;
  /**
   * Probability from which a token counts as likely for XTC, 0 to 1.
   * @default 0.1
   */
  xtc_threshold?: number | undefined;
  /**
   * Version of Mirostat, which steers towards constant surprise instead of cutting off
   * the unlikely; 0 is off.
   * @default 0
   */
  mirostat?: 0 | 1 | 2 | undefined;
  /**
   * The surprise that Mirostat aims at, in bits, above 0 and up to 100.
   * @default 5
   */
  mirostat_tau?: number | undefined;
  /**
   * How fast Mirostat corrects itself, above 0 and up to 100.
   * @default 0.1
   */
  mirostat_eta?: number | undefined;
  /**
   * What is added to the logits of tokens, by token id; -Infinity or false forbids a token.
   * @default {}
   */
  logit_bias?: Readonly<Record<number | string, number | false>> | undefined;
  /**
   * Same seed, same output: an integer from 0 to 4294967295.
   * @default a fresh random one for every call
   */
  seed?: number | undefined;
  /**
   * A grammar in GBNF that the text follows.
   * @default none
   */
  grammar?: string | undefined;
}
