import { MediaError } from "../errors.js";

/** Which file of a call an error is about. */
export interface FileLabel {
  /** As messages name it: `"cat.jpg"`, `https://host/cat.jpg`, `files[2] (a Buffer)`. */
  readonly text: string;
  /** As it was given, where that is a text: a path. */
  readonly file?: string;
  /** Its place in the array; undefined for one that stands alone. */
  readonly index: number | undefined;
}

export interface MediaProblem {
  /** A sentence of what helps; "" when nothing is known to. */
  readonly remedy?: string;
  /** For programs, besides the file: counts and limits. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * @param problem continues the name of the file: "is a folder", "cannot be read: ..."
 */
export function mediaError(
  label: FileLabel,
  problem: string,
  { remedy = "", details = {}, cause }: MediaProblem = {},
): MediaError {
  const text = `The file ${label.text} ${problem.replace(/\.$/, "")}.${remedy === "" ? "" : ` ${remedy}`}`;
  return new MediaError(text, {
    details: {
      file: label.file ?? label.text,
      ...(label.index === undefined ? {} : { index: label.index }),
      reason: problem,
      remedies: remedy === "" ? [] : [remedy],
      ...details,
    },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The message of whatever was thrown, as a part of a sentence. */
export function messageOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, "");
}
