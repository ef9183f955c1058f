import type { GenerateResult, HuggingFaceProvider, MessageInput } from "../index.js";
import type { ProgressDisplay } from "./progress-display.js";

/** What the commands need of a provider. */
export type Llm = Pick<HuggingFaceProvider, "generate" | "preload">;

export interface AnswerRequest {
  readonly llm: Llm;
  readonly input: string | readonly MessageInput[];
  readonly files?: readonly string[];
  /** Overrides the provider's, if it is given. */
  readonly systemPrompt?: string | undefined;
  readonly signal: AbortSignal;
  readonly progress: ProgressDisplay;
  readonly onText: (piece: string) => Promise<void>;
}

/** A finished answer. */
export interface Answer {
  readonly result: GenerateResult;
  /** Until the first piece of text came; undefined when none did. */
  readonly firstTextMs: number | undefined;
}

/** Generates, hands over the text piece by piece, and shows progress until it comes. */
export async function streamAnswer(request: AnswerRequest): Promise<Answer> {
  const { llm, input, files = [], systemPrompt, signal, progress, onText } = request;
  const start = performance.now();
  let firstTextMs: number | undefined;
  try {
    const generation = llm.generate(input, {
      signal,
      onProgress: progress.update,
      files,
      ...(systemPrompt === undefined ? {} : { system_prompt: systemPrompt }),
    });
    for await (const piece of generation) {
      firstTextMs ??= performance.now() - start;
      progress.clear();
      await onText(piece);
    }
    return { result: await generation.result(), firstTextMs };
  } finally {
    progress.clear();
  }
}
