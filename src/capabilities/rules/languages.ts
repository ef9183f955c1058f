import { nameHas } from "../names.js";
import type { Evidence } from "../evidence.js";
import { speaksAgainst, speaksFor, type Rule } from "../rule.js";

const LARGE_VOCABULARY = 120_000;
const SMALL_VOCABULARY = 60_000;
const LONG = 32_768;

/** Languages, and how much text there may be. */
export const LANGUAGE_RULES: readonly Rule[] = [
  speaksFor("multilingual", 0.95, (e) => {
    const languages = languagesOf(e);
    return languages.length > 1 ? `the card lists ${listOf(languages)}` : undefined;
  }),
  speaksFor("multilingual", 0.9, (e) =>
    e.card?.tags.includes("multilingual") === true ||
    e.card?.languages.includes("multilingual") === true
      ? 'the card says "multilingual"'
      : undefined,
  ),
  speaksFor("multilingual", 0.9, (e) => {
    const word = nameHas(
      e,
      /multilingual(?:ly)?|xlm(?:-roberta)?|mt5|mt0|mbart|nllb|m2m\d*|bloomz?|mdeberta|labse|aya|madlad\d*/,
    );
    return word === undefined ? undefined : `its name has "${word}" in it`;
  }),
  speaksFor("multilingual", 0.5, (e) =>
    (e.vocabularySize ?? 0) >= LARGE_VOCABULARY
      ? `a vocabulary of ${String(e.vocabularySize)} tokens`
      : undefined,
  ),
  speaksAgainst("multilingual", 0.85, (e) => {
    const languages = languagesOf(e);
    const [only] = languages;
    return languages.length === 1 && only !== undefined ? `the card lists ${only} only` : undefined;
  }),
  speaksAgainst("multilingual", 0.7, (e) => {
    const word = nameHas(e, /en|english/);
    return word === undefined || nameHas(e, /opus-mt/) !== undefined
      ? undefined
      : `its name has "${word}" in it`;
  }),
  speaksAgainst("multilingual", 0.5, (e) =>
    e.vocabularySize !== undefined && e.vocabularySize < SMALL_VOCABULARY && saysNothing(e)
      ? `a vocabulary of ${String(e.vocabularySize)} tokens`
      : undefined,
  ),

  speaksFor("long_context", 0.95, (e) =>
    (e.contextLength ?? 0) >= LONG ? `trained with ${String(e.contextLength)} tokens` : undefined,
  ),
  speaksAgainst("long_context", 0.95, (e) =>
    e.contextLength !== undefined && e.contextLength < LONG
      ? `trained with ${String(e.contextLength)} tokens`
      : undefined,
  ),
];

/** Whether neither card nor tags name a language: what they say goes before a guess. */
function saysNothing({ card }: Evidence): boolean {
  return card === undefined || (card.languages.length === 0 && !card.tags.includes("multilingual"));
}

/** Languages that people speak. */
function languagesOf({ card }: Evidence): string[] {
  return (card?.languages ?? []).filter((code) => /^[a-z]{2,3}(?:[-_][A-Za-z]+)?$/.test(code));
}

function listOf(languages: readonly string[]): string {
  const shown = languages.slice(0, 4).join(", ");
  return `${shown}${languages.length > 4 ? ` and ${String(languages.length - 4)} more` : ""}`;
}
