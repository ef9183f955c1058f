import { instructWords, nameHas, sizeWords } from "../names.js";
import type { Evidence } from "../evidence.js";
import { speaksAgainst, speaksFor, type Rule } from "../rule.js";
import { classWords, continuesText, onlyReads } from "./predicates.js";

const LARGE_FOR_CODE = 3e9;
const SMALL_FOR_CODE = 5e8;

function codeWord(evidence: Evidence): string | undefined {
  return nameHas(
    evidence,
    /code(?:r|llama|gemma|stral|qwen|gen)?|starcoder\d?|starcoderbase|santacoder|devstral|stable-code/,
  );
}

/** Programs, and gaps in them. */
export const CODE_RULES: readonly Rule[] = [
  speaksFor("code", 0.95, (e) => {
    const word = codeWord(e);
    return word === undefined ? undefined : `its name has "${word}" in it`;
  }),
  speaksFor("code", 0.8, (e) =>
    e.card?.tags.some((tag) => /^code$|code-generation|coding/i.test(tag)) === true
      ? "the card's tags"
      : undefined,
  ),
  speaksFor("code", 0.7, (e) => {
    const dataset = e.card?.datasets.find((name) => /the-stack|github-code|starcoder/i.test(name));
    return dataset === undefined ? undefined : `it was trained with ${dataset}`;
  }),
  speaksFor("code", 0.55, (e) =>
    continuesText(e) && (e.parameterCount ?? 0) >= LARGE_FOR_CODE && instructWords(e) !== undefined
      ? `an assistant of ${sizeWords(e.parameterCount ?? 0)}`
      : undefined,
  ),
  speaksAgainst("code", 0.6, (e) =>
    isSmall(e) && continuesText(e) && codeWord(e) === undefined
      ? `only ${sizeWords(e.parameterCount ?? 0)}`
      : undefined,
  ),
  speaksAgainst("code", 0.9, (e) => (onlyReads(e) ? `${classWords(e)}, writes none` : undefined)),

  speaksFor("fill_in_the_middle", 0.6, (e) =>
    hasFim(e) ? `tokens for it: ${(e.fimTokens ?? []).slice(0, 3).join(" ")}` : undefined,
  ),
  speaksFor("fill_in_the_middle", 0.8, (e) =>
    hasFim(e) && codeWord(e) !== undefined ? "and it is a model for code" : undefined,
  ),
  speaksAgainst("fill_in_the_middle", 0.5, (e) =>
    hasFim(e) && codeWord(e) === undefined
      ? "families share such tokens; it is not called a model for code"
      : undefined,
  ),
  speaksAgainst("fill_in_the_middle", 0.95, (e) =>
    e.fimTokens?.length === 0 ? "no tokens for it" : undefined,
  ),
  speaksAgainst("fill_in_the_middle", 0.98, (e) =>
    onlyReads(e) || e.head === "seq2seq" ? classWords(e) : undefined,
  ),
];

function isSmall({ parameterCount }: Evidence): boolean {
  return parameterCount !== undefined && parameterCount < SMALL_FOR_CODE;
}

function hasFim({ fimTokens }: Evidence): boolean {
  return fimTokens !== undefined && fimTokens.length > 0;
}
