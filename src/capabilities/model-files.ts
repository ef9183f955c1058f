import type { TemplateFeatures } from "./evidence.js";

/**
 * A model's files, wherever they are: a folder here, or a repository elsewhere. Only small
 * files are read, and of large ones at most the headers.
 */
export interface ModelFiles {
  /** What the model is called: "owner/name", or the folder's own name. */
  readonly name: string;
  /** Names of all files, folders with "/". */
  list(): Promise<readonly string[]>;
  /** A text file's content; undefined when there is none, or it is too large to be read whole. */
  readText(file: string): Promise<string | undefined>;
  /** Numbers in all tensors, from the headers of the weights; undefined when unknown. */
  countParameters(): Promise<number | undefined>;
}

/** Tries a chat template out; undefined when that is not possible. */
export type TryTemplate = (source: string) => Promise<TemplateFeatures | undefined>;
