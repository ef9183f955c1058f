import type { NativeModelInfo } from "../native/binding.js";

const FAR = 2;

/**
 * What to tell about a context window far beyond the one of the training; undefined when
 * there is nothing to tell. A little more is usual, and the engine's log mentions it.
 */
export function contextWarning({
  contextSize,
  trainContextSize,
}: Pick<NativeModelInfo, "contextSize" | "trainContextSize">): string | undefined {
  if (trainContextSize <= 0 || contextSize <= FAR * trainContextSize) return undefined;
  return (
    `context_window is ${String(contextSize)}, and the model was trained with ` +
    `${String(trainContextSize)} tokens: far beyond them its text makes no sense. Lower context_window.`
  );
}
