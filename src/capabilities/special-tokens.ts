import { isPlainObject } from "../internal/is-plain-object.js";
import type { ModelFiles } from "./model-files.js";

/** How families write the beginning, the end and the gap of a fill-in-the-middle prompt. */
const FIM_TOKENS = [
  ...["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"],
  ...["<fim_prefix>", "<fim_suffix>", "<fim_middle>"],
  ...["<fim-prefix>", "<fim-suffix>", "<fim-middle>"],
  ...["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"],
  ...["▁<PRE>", "▁<SUF>", "▁<MID>", "<PRE>", "<SUF>", "<MID>"],
  ...["[PREFIX]", "[SUFFIX]", "[MIDDLE]"],
  ...["<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"],
];
const THOUGHT_TOKENS = ["<think>", "[THINK]", "<|channel|>", "<seed:think>"];

/**
 * The tokens with a meaning of their own that are looked for here; undefined when no file
 * lists any. tokenizer.json is searched as text: parsing it takes a tenth of a second.
 */
export async function specialTokens(
  files: ModelFiles,
  tokenizer: Readonly<Record<string, unknown>> | undefined,
): Promise<ReadonlySet<string> | undefined> {
  const json = await files.readText("tokenizer.json");
  const added = tokenizer?.["added_tokens_decoder"];
  const isListed = isPlainObject(added) && Object.keys(added).length > 0;
  if (json === undefined && !isListed) return undefined;
  const settings = JSON.stringify(tokenizer ?? {});
  const wanted = [...FIM_TOKENS, ...THOUGHT_TOKENS];
  return new Set(
    wanted.filter((token) => {
      const quoted = JSON.stringify(token);
      return settings.includes(quoted) || json?.includes(quoted) === true;
    }),
  );
}

export function findFimTokens(tokens: ReadonlySet<string>): string[] {
  return FIM_TOKENS.filter((token) => tokens.has(token));
}

export function hasThoughtTokens(tokens: ReadonlySet<string>): boolean {
  return THOUGHT_TOKENS.some((token) => tokens.has(token));
}
