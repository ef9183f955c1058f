import type { NativeGenerateResult } from "../native/binding.js";

/** Tokens that a call took. */
export interface TokenUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}

/** Where the time of a call went, in milliseconds; rates in tokens per second. */
export interface GenerateTimings {
  /** Waiting for earlier calls. */
  queue_ms: number;
  /** Processing the prompt. */
  prefill_ms: number;
  /** Generating, sampling included. */
  decode_ms: number;
  /** Choosing tokens, a part of `decode_ms`. */
  sample_ms: number;
  prefill_tokens_per_second: number;
  decode_tokens_per_second: number;
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
}

/** Natural-log probability of each token given those before it; the first has none. */
export interface ScoreResult {
  tokens: number[];
  logprobs: (number | null)[];
}

export function toGenerateResult(text: string, native: NativeGenerateResult): GenerateResult {
  const { promptTokens, completionTokens, prefillMs, decodeMs } = native;
  // The first token falls out of the prompt's last chunk.
  const decoded = completionTokens - 1;
  return {
    text,
    finish_reason: native.finishReason,
    stop_sequence: native.stopSequence === "" ? undefined : native.stopSequence,
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
    timings: {
      queue_ms: native.queueMs,
      prefill_ms: prefillMs,
      decode_ms: decodeMs,
      sample_ms: native.sampleMs,
      prefill_tokens_per_second: perSecond(promptTokens, prefillMs),
      decode_tokens_per_second: perSecond(decoded, decodeMs),
    },
    seed: native.seed,
  };
}

function perSecond(count: number, milliseconds: number): number {
  return count > 0 && milliseconds > 0 ? (count / milliseconds) * 1000 : 0;
}
