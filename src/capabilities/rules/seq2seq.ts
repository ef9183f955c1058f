import { instructWords, nameHas } from "../names.js";
import { speaksAgainst, speaksFor, type Rule } from "../rule.js";
import { classWords, continuesText, isRepurposed, onlyReads } from "./predicates.js";

const ENOUGH_FOR_SUMMARIES = 4096;
const TRANSLATORS = ["marian", "m2m_100", "nllb-moe", "fsmt", "plbart"];

/** One text from another. */
export const SEQ2SEQ_RULES: readonly Rule[] = [
  speaksFor("text2text_generation", 0.97, (e) =>
    e.head === "seq2seq" ? classWords(e) : undefined,
  ),
  speaksAgainst("text2text_generation", 0.9, (e) =>
    continuesText(e) ? `${classWords(e)}, continues texts` : undefined,
  ),
  speaksAgainst("text2text_generation", 0.98, (e) =>
    onlyReads(e) ? `${classWords(e)}, writes no text` : undefined,
  ),
  speaksAgainst("text2text_generation", 0.6, (e) =>
    e.head === "seq2seq" ? words("its vectors are what it is for: ", isRepurposed(e)) : undefined,
  ),

  speaksFor("translation", 0.97, (e) =>
    TRANSLATORS.includes(e.modelType ?? "") ? `its architecture, ${e.modelType ?? ""}` : undefined,
  ),
  speaksFor("translation", 0.9, (e) => {
    const word = nameHas(e, /opus-mt|nllb|translat(?:e|ion|or)|mmt|madlad\d*|tower|seamless/);
    return word === undefined ? undefined : `its name has "${word}" in it`;
  }),
  speaksFor("translation", 0.85, (e) => {
    const task = e.taskSettings.find((name) => name.startsWith("translation"));
    return task === undefined ? undefined : `config.json has settings for ${task}`;
  }),
  speaksFor("translation", 0.8, (e) =>
    e.card?.tags.includes("translation") === true ? "the card's tags" : undefined,
  ),
  speaksFor("translation", 0.55, (e) =>
    continuesText(e) && instructWords(e) !== undefined && (e.card?.languages.length ?? 0) > 1
      ? "an assistant in several languages"
      : undefined,
  ),

  speaksFor("summarization", 0.95, (e) =>
    e.modelType === "pegasus" || e.modelType === "bigbird_pegasus"
      ? `its architecture, ${e.modelType}`
      : undefined,
  ),
  speaksFor("summarization", 0.9, (e) => {
    const word = nameHas(e, /summar(?:y|ization|izer|ies)|cnn|xsum|samsum|pubmed|booksum|headline/);
    return word === undefined || e.head !== "seq2seq" ? undefined : `its name has "${word}" in it`;
  }),
  speaksFor("summarization", 0.85, (e) =>
    e.taskSettings.includes("summarization")
      ? "config.json has settings for summarization"
      : undefined,
  ),
  speaksFor("summarization", 0.65, (e) =>
    continuesText(e) &&
    instructWords(e) !== undefined &&
    (e.contextLength ?? 0) >= ENOUGH_FOR_SUMMARIES
      ? `an assistant with room for ${String(e.contextLength)} tokens`
      : undefined,
  ),
  ...(["translation", "summarization"] as const).flatMap((capability) => [
    speaksAgainst(capability, 0.97, (e) => (onlyReads(e) ? classWords(e) : undefined)),
    speaksAgainst(capability, 0.7, (e) =>
      continuesText(e) && e.template === null && instructWords(e) === undefined
        ? "not taught to follow instructions"
        : undefined,
    ),
    speaksAgainst(capability, 0.9, (e) => (continuesText(e) ? isRepurposed(e) : undefined)),
  ]),
];

function words(before: string, found: string | undefined): string | undefined {
  return found === undefined ? undefined : before + found;
}
