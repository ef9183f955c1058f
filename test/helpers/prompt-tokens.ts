import type { HuggingFaceProvider } from "../../src/index.js";

const IM_START = 1;
const IM_END = 2;

/** The tokens of a question as the embedded model's template puts it, up to the answer. */
export async function promptTokens(llm: HuggingFaceProvider, question: string): Promise<number[]> {
  const ids = async (text: string): Promise<Int32Array> => await llm.tokenize(text);
  const [user, newline] = [await ids(`user\n${question}`), await ids("\n")];
  return [IM_START, ...user, IM_END, ...newline, IM_START, ...(await ids("assistant\n"))];
}

/** The log-probability of the last token, given those before it. */
export async function scoreLast(
  llm: HuggingFaceProvider,
  tokens: readonly number[],
): Promise<number> {
  return (await llm.score(tokens)).logprobs.at(-1) ?? NaN;
}
