import type { NativeClassifyResult, NativeEmbedResult } from "../native/binding.js";

/** A document of a `rerank` call. */
export interface RankedDocument {
  /** Its place in the array that was given. */
  index: number;
  /** How relevant it is, from 0 to 1. */
  score: number;
  /** With `return_documents`. */
  document?: string;
}

/** A label of a classifier. */
export interface LabelScore {
  label: string;
  /** How probable it is, from 0 to 1. */
  score: number;
}

/** One array per text, each with memory of its own: it can be kept or transferred alone. */
export function toEmbeddings({ dimensions, rows, values }: NativeEmbedResult): Float32Array[] {
  let end = 0;
  return Array.from(rows, (count) => {
    const begin = end;
    end += count * dimensions;
    return values.slice(begin, end);
  });
}

/** The documents, best first; equally good ones stay in order. */
export function toRanking(
  scores: Float32Array,
  documents: readonly string[] | undefined,
  limit: number | undefined,
): RankedDocument[] {
  const ranking = Array.from(scores, (score, index) => ({ index, score }));
  ranking.sort((a, b) => b.score - a.score);
  const best = ranking.slice(0, limit);
  if (documents === undefined) return best;
  return best.map((entry) => ({ ...entry, document: documents[entry.index] ?? "" }));
}

/** The labels of each text, best first. */
export function toClassifications(native: NativeClassifyResult, texts: number): LabelScore[][] {
  const { labels, scores } = native;
  return Array.from({ length: texts }, (_, text) =>
    labels
      .map((label, index) => ({ label, score: scores[text * labels.length + index] ?? 0 }))
      .sort((a, b) => b.score - a.score),
  );
}
