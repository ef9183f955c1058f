import type { GenerateOptions, Generation, HuggingFaceProvider } from "../../src/index.js";

/** Never lets the model end: only max_tokens, the context or an abort does. */
export const ENDLESS_GRAMMAR = 'root ::= "la " root';

/** Some 900 tokens: two micro-batches, in a context of 1,024. */
export const LONG_PROMPT = "The fox ".repeat(446);

/** A generation that lasts as long as the context does. */
export function generateEndlessly(
  llm: HuggingFaceProvider,
  options: GenerateOptions = {},
): Generation {
  const run = llm.generate("Hello", { grammar: ENDLESS_GRAMMAR, ...options });
  // Whoever starts one will stop it, and need not look at how it ends.
  run.result().catch(() => undefined);
  return run;
}

/** Waits until a generation has begun to give text. */
export async function firstPiece(run: Generation): Promise<string> {
  // By hand: leaving a loop would abort the generation.
  const { value, done } = await run[Symbol.asyncIterator]().next();
  if (done === true) throw new Error("The generation ended without text");
  return value;
}
