/**
 * Why a document cannot be read. Plain data on purpose: it is made in the worker thread,
 * and becomes a MediaError on the other side.
 */
export class DocumentError extends Error {
  /** Continues the name of the file: `is encrypted`, `has 900 pages, and at most 500 are allowed`. */
  readonly problem: string;
  /** A sentence, or "" when nothing is known to help. */
  readonly remedy: string;
  /** For programs: counts and limits. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(problem: string, remedy = "", details: Readonly<Record<string, unknown>> = {}) {
    super(problem);
    this.name = "DocumentError";
    this.problem = problem;
    this.remedy = remedy;
    this.details = details;
  }
}

/** For content that breaks the rules of its format. */
export function damaged(format: string, why: string): DocumentError {
  return new DocumentError(
    `is damaged: ${why}`,
    `Open it in a program for ${format}, and save it again.`,
  );
}

/** For content beyond one of `file_limits`. */
export function beyond(
  limit: "pages" | "characters" | "pixels",
  count: number,
  allowed: number,
): DocumentError {
  return new DocumentError(
    `has ${inWords(count)} ${limit}, and at most ${inWords(allowed)} are allowed`,
    `Give a smaller part of it, or raise file_limits.${limit}.`,
    { limit, [limit]: count, allowed },
  );
}

/** A count as people write it: 1,204. */
export function inWords(count: number): string {
  return count.toLocaleString("en-US");
}
