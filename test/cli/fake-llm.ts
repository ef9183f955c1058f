import type { Llm } from "../../src/cli/answer.js";
import type { Choice, GenerateOptions, GenerateResult, MessageInput } from "../../src/index.js";
import { Generation } from "../../src/runtime/generation.js";

export interface FakeCall {
  readonly input: string | readonly MessageInput[];
  readonly options: GenerateOptions;
}

/** What the model does in one call: gives pieces, ends, or fails. */
export type FakeAnswer = (
  onText: (piece: string) => void,
  options: GenerateOptions,
) => Promise<void> | void;

export interface FakeLlm extends Llm {
  readonly calls: FakeCall[];
}

/** A model that answers call after call as it was told; the last answer repeats. */
export function fakeLlm(...answers: FakeAnswer[]): FakeLlm {
  const calls: FakeCall[] = [];
  return {
    calls,
    preload: () => Promise.resolve(),
    generate: (input, given) => {
      const options = given ?? {};
      const answer = answers[Math.min(calls.length, answers.length - 1)];
      calls.push({ input, options });
      return new Generation(
        async (onText) => {
          let text = "";
          await answer?.((piece) => {
            text += piece;
            onText(piece);
          }, options);
          return resultOf(text);
        },
        () => undefined,
      );
    },
  };
}

/** An answer in pieces. */
export function says(...pieces: string[]): FakeAnswer {
  return (onText) => {
    for (const piece of pieces) onText(piece);
  };
}

/** An answer that begins, and goes on until it is aborted. */
export function saysUntilAborted(piece: string): FakeAnswer {
  return (onText, { signal }) =>
    new Promise((_, reject) => {
      onText(piece);
      signal?.addEventListener("abort", () => {
        reject(signal.reason as Error);
      });
    });
}

export function resultOf(text: string): GenerateResult {
  const choice: Choice = {
    text,
    finish_reason: "stop",
    stop_sequence: undefined,
    seed: 7,
    logprobs: undefined,
  };
  return {
    ...choice,
    usage: {
      prompt_tokens: 5,
      media_tokens: 0,
      cached_tokens: 2,
      truncated_tokens: 0,
      drafted_tokens: 4,
      accepted_tokens: 1,
      completion_tokens: 3,
      total_tokens: 8,
    },
    timings: {
      queue_ms: 0,
      encode_ms: 0,
      prefill_ms: 10,
      decode_ms: 20,
      sample_ms: 1,
      prefill_tokens_per_second: 500,
      decode_tokens_per_second: 100,
    },
    choices: [choice],
  };
}
