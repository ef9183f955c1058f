import { nameHas } from "../names.js";
import { speaksAgainst, speaksFor, type Rule } from "../rule.js";
import { classWords, continuesText, isRepurposed, onlyReads } from "./predicates.js";

/** Continuing texts, and doing so in a given form. */
export const GENERATION_RULES: readonly Rule[] = [
  speaksFor("text_generation", 0.95, (e) => (continuesText(e) ? classWords(e) : undefined)),
  speaksAgainst("text_generation", 0.98, (e) =>
    onlyReads(e) ? `${classWords(e)}, writes no text` : undefined,
  ),
  speaksAgainst("text_generation", 0.9, (e) =>
    e.head === "seq2seq" ? `${classWords(e)}, writes a text from another one` : undefined,
  ),
  speaksAgainst("text_generation", 0.95, (e) =>
    e.head === "speech-to-text" || e.head === "text-to-speech" || e.head === "image-captioning"
      ? `${classWords(e)}, does another task`
      : undefined,
  ),
  speaksAgainst("text_generation", 0.8, (e) =>
    continuesText(e) ? words("trained to compare texts: ", isRepurposed(e)) : undefined,
  ),

  speaksFor("structured_output", 0.85, (e) =>
    continuesText(e) ? "a grammar bounds what it may write" : undefined,
  ),
  speaksFor("structured_output", 0.6, (e) =>
    e.template?.tools === true ? "its template describes functions, which take JSON" : undefined,
  ),
  speaksAgainst("structured_output", 0.98, (e) =>
    onlyReads(e) ? `${classWords(e)}, writes no text` : undefined,
  ),
  speaksAgainst("structured_output", 0.8, (e) =>
    continuesText(e) ? words("trained to compare texts: ", isRepurposed(e)) : undefined,
  ),
  speaksFor("structured_output", 0.6, (e) =>
    e.head === "seq2seq" ? "a grammar bounds what it may write" : undefined,
  ),

  speaksFor("reasoning", 0.9, (e) =>
    e.template?.thinking === true
      ? `its template knows of thoughts${e.template.tried ? ", as trying it showed" : ""}`
      : undefined,
  ),
  speaksFor("reasoning", 0.75, (e) => {
    const word = nameHas(e, /r1|qwq|thinking|reason(?:er|ing)?|think|o1|magistral|s1/);
    return word === undefined ? undefined : `its name has "${word}" in it`;
  }),
  speaksFor("reasoning", 0.6, (e) =>
    e.card?.tags.some((tag) => /^(?:reasoning|thinking)$/i.test(tag)) === true
      ? "the card's tags"
      : undefined,
  ),
  speaksFor("reasoning", 0.4, (e) =>
    e.hasThoughtTokens === true ? "tokens for thoughts, such as <think>" : undefined,
  ),
  speaksAgainst("reasoning", 0.6, (e) =>
    e.template?.thinking === false ? "its template knows of no thoughts" : undefined,
  ),
  speaksAgainst("reasoning", 0.9, (e) => (e.template === null ? "no chat template" : undefined)),
  speaksAgainst("reasoning", 0.98, (e) =>
    onlyReads(e) || e.head === "seq2seq" ? classWords(e) : undefined,
  ),
];

function words(before: string, found: string | undefined): string | undefined {
  return found === undefined ? undefined : before + found;
}
