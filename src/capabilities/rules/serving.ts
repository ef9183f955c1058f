import { speaksAgainst, speaksFor, type Rule } from "../rule.js";
import { classWords, continuesText, onlyReads } from "./predicates.js";

/** What the engine does for every model that it runs. */
export const SERVING_RULES: readonly Rule[] = [
  speaksFor("streaming", 0.98, (e) =>
    continuesText(e) || e.head === "seq2seq" ? "it writes token by token" : undefined,
  ),
  speaksAgainst("streaming", 0.98, (e) =>
    onlyReads(e) ? `${classWords(e)}, answers at once` : undefined,
  ),
  speaksFor("parallel_inference", 0.98, (e) =>
    e.isServed ? "the engine computes calls that come together in common batches" : undefined,
  ),
  speaksAgainst("parallel_inference", 0.9, (e) =>
    e.isServed ? undefined : "the engine does not run this architecture in this format",
  ),
];
