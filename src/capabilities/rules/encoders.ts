import type { Evidence } from "../evidence.js";
import { speaksAgainst, speaksFor, type Rule } from "../rule.js";
import { classWords, continuesText, embedderWord, rerankerWord } from "./predicates.js";

/** Models that read texts and give vectors, scores or labels. */
export const ENCODER_RULES: readonly Rule[] = [
  speaksFor("feature_extraction", 0.97, (e) =>
    e.isSentenceTransformer ? "files of sentence-transformers" : undefined,
  ),
  speaksFor("feature_extraction", 0.9, (e) =>
    e.pooling !== undefined && e.pooling !== "rank" ? `pooling: ${e.pooling}` : undefined,
  ),
  speaksFor("feature_extraction", 0.85, (e) =>
    e.head === "encoder" ? `${classWords(e)}, has no head` : undefined,
  ),
  speaksFor("feature_extraction", 0.8, (e) => {
    const word = embedderWord(e);
    return word === undefined || rerankerWord(e) !== undefined
      ? undefined
      : `its name has "${word}" in it`;
  }),
  speaksFor("feature_extraction", 0.6, (e) =>
    e.head === "masked" ? `${classWords(e)}, whose vectors follow the meaning` : undefined,
  ),
  speaksAgainst("feature_extraction", 0.6, (e) =>
    (continuesText(e) || e.head === "seq2seq") && !isEmbedder(e)
      ? "trained to write, not to compare texts"
      : undefined,
  ),
  speaksAgainst("feature_extraction", 0.8, (e) => (hasHead(e) ? classWords(e) : undefined)),

  speaksFor("text_ranking", 0.75, (e) =>
    isScorer(e) && e.labelCount === 1 ? "one output, a score" : undefined,
  ),
  speaksFor("text_ranking", 0.9, (e) => {
    const word = rerankerWord(e);
    return word === undefined ? undefined : `its name has "${word}" in it`;
  }),
  speaksFor("text_ranking", 0.9, (e) =>
    e.pooling === "rank" && (e.labelCount ?? 1) === 1 ? "a head for ranking" : undefined,
  ),
  speaksAgainst("text_ranking", 0.95, (e) =>
    isScorer(e) && (e.labelCount ?? 1) > 1 ? `${String(e.labelCount)} labels` : undefined,
  ),
  speaksAgainst("text_ranking", 0.9, (e) =>
    e.head !== undefined && !isScorer(e) && rerankerWord(e) === undefined
      ? `${classWords(e)}, has no head for it`
      : undefined,
  ),

  speaksFor("text_classification", 0.95, (e) =>
    isScorer(e) && (e.labelCount ?? 2) > 1 ? labelWords(e) : undefined,
  ),
  speaksAgainst("text_classification", 0.9, (e) =>
    isScorer(e) && e.labelCount === 1 ? "one output, a score" : undefined,
  ),
  speaksAgainst("text_classification", 0.9, (e) =>
    e.head !== undefined && !isScorer(e) ? `${classWords(e)}, has no head for it` : undefined,
  ),

  speaksFor("token_classification", 0.98, (e) =>
    e.head === "token-classification" ? classWords(e) : undefined,
  ),
  speaksAgainst("token_classification", 0.97, (e) =>
    e.head !== undefined && e.head !== "token-classification"
      ? `${classWords(e)}, has no head for it`
      : undefined,
  ),
];

function isScorer({ head, pooling }: Evidence): boolean {
  return head === "sequence-classification" || pooling === "rank";
}

function hasHead({ head }: Evidence): boolean {
  return (
    head === "sequence-classification" ||
    head === "token-classification" ||
    head === "question-answering"
  );
}

function isEmbedder(e: Evidence): boolean {
  return e.isSentenceTransformer || embedderWord(e) !== undefined || e.pooling !== undefined;
}

function labelWords({ labels, labelCount }: Evidence): string {
  if (labels === undefined) return `a head with ${String(labelCount ?? 2)} labels`;
  const shown = labels.slice(0, 4).join(", ");
  return `labels: ${shown}${labels.length > 4 ? `, and ${String(labels.length - 4)} more` : ""}`;
}
