import type { NativeGenerateResult } from "../native/binding.js";

/** Tokens that a call took. */
export interface TokenUsage {
  prompt_tokens: number;
  /** Of the prompt: those of pictures and sounds. */
  media_tokens: number;
  /** Of the prompt: those that an earlier call, or one at the same time, had computed. */
  cached_tokens: number;
  /**
   * Left out by `truncation_strategy`: of the prompt, which does not count them; with "rolling"
   * also what each answer forgot when it filled the window.
   */
  truncated_tokens: number;
  /** Tokens that were guessed ahead, and how many of these guesses were right. */
  drafted_tokens: number;
  accepted_tokens: number;
  /** Of all answers. */
  completion_tokens: number;
  total_tokens: number;
}

/** Where the time of a call went, in milliseconds; rates in tokens per second. */
export interface GenerateTimings {
  /** Waiting for earlier calls. */
  queue_ms: number;
  /** Encoding pictures and sounds; 0 if they were encoded before. */
  encode_ms: number;
  /** Processing the prompt. */
  prefill_ms: number;
  /** Generating, sampling included. */
  decode_ms: number;
  /** Choosing tokens, a part of `decode_ms`. */
  sample_ms: number;
  prefill_tokens_per_second: number;
  decode_tokens_per_second: number;
}

/** A token that was, or might have been, generated. */
export interface TokenChoice {
  /** Its id. */
  token: number;
  /** "" for special tokens; incomplete characters are U+FFFD. */
  text: string;
  /** Natural log, under the model itself: before filters and temperature. */
  logprob: number;
}

/** A generated token with the likeliest ones in its place, likeliest first. */
export interface TokenLogprob extends TokenChoice {
  alternatives: TokenChoice[];
}

/** One of the `n` answers to a prompt. */
export interface Choice {
  text: string;
  finish_reason: "stop" | "length";
  stop_sequence: string | undefined;
  seed: number;
  /** One per generated token, the end token included; undefined unless asked for. */
  logprobs: TokenLogprob[] | undefined;
}

/** What `generate(...).result()` gives. */
export interface GenerateResult {
  text: string;
  /** "stop": the model ended, or a stop string came; "length": max_tokens or the context. */
  finish_reason: "stop" | "length";
  /** The stop string that ended the text, if one did. */
  stop_sequence: string | undefined;
  usage: TokenUsage;
  timings: GenerateTimings;
  /** Repeats the call when given as `seed`. */
  seed: number;
  /** One per generated token, the end token included; undefined unless asked for. */
  logprobs: TokenLogprob[] | undefined;
  /** All `n` answers; the first is the one above. */
  choices: Choice[];
}

/** Natural-log probability of each token given those before it; the first has none. */
export interface ScoreResult {
  tokens: number[];
  logprobs: (number | null)[];
}

/** `texts` by index of the completion. */
export function toGenerateResult(
  texts: readonly string[],
  native: NativeGenerateResult,
  withLogprobs: boolean,
): GenerateResult {
  const { promptTokens, cachedTokens, prefillMs, decodeMs, completions } = native;
  const choices = completions.map((completion, index): Choice => ({
    text: texts[index] ?? "",
    finish_reason: completion.finishReason,
    stop_sequence: completion.stopSequence === "" ? undefined : completion.stopSequence,
    seed: completion.seed,
    logprobs: withLogprobs ? completion.logprobs : undefined,
  }));
  const [first] = choices;
  if (first === undefined) throw new TypeError("The engine gave no completion.");
  const generated = completions.reduce((sum, { tokens }) => sum + tokens, 0);
  // The first token of each falls out of the prompt's last chunk.
  const decoded = generated - completions.length;
  return {
    ...first,
    usage: {
      prompt_tokens: promptTokens,
      media_tokens: native.mediaTokens,
      cached_tokens: cachedTokens,
      truncated_tokens: native.truncatedTokens,
      drafted_tokens: native.draftedTokens,
      accepted_tokens: native.acceptedTokens,
      completion_tokens: generated,
      total_tokens: promptTokens + generated,
    },
    timings: {
      queue_ms: native.queueMs,
      encode_ms: native.encodeMs,
      prefill_ms: prefillMs,
      decode_ms: decodeMs,
      sample_ms: native.sampleMs,
      prefill_tokens_per_second: perSecond(promptTokens - cachedTokens, prefillMs),
      decode_tokens_per_second: perSecond(decoded, decodeMs),
    },
    choices,
  };
}

function perSecond(count: number, milliseconds: number): number {
  return count > 0 && milliseconds > 0 ? (count / milliseconds) * 1000 : 0;
}
