import { createHash, type Hash } from "node:crypto";

import type { HubFile } from "./hub-file.js";

/** What a file's content is to have: SHA-256 of large ones, git's hash of a blob of the others. */
export interface Expected {
  readonly algorithm: "sha256" | "git-sha1";
  readonly hex: string;
}

export function expectedDigest({ sha256, oid }: HubFile): Expected {
  return sha256 === undefined
    ? { algorithm: "git-sha1", hex: oid }
    : { algorithm: "sha256", hex: sha256 };
}

/** What a blob's name says of its content; undefined for names of other kinds. */
export function digestOfName(name: string): Expected | undefined {
  if (/^[\da-f]{64}$/.test(name)) return { algorithm: "sha256", hex: name };
  return /^[\da-f]{40}$/.test(name) ? { algorithm: "git-sha1", hex: name } : undefined;
}

/** @param size of the content, which git puts before it */
export function startDigest({ algorithm }: Expected, size: number): Hash {
  if (algorithm === "sha256") return createHash("sha256");
  return createHash("sha1").update(`blob ${String(size)}\0`);
}
