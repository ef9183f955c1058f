/** One file of a repository at one commit, as the listing has it. */
export interface HubFile {
  /** Within the repository, with "/"; checked to be one that can be a file here. */
  readonly path: string;
  readonly size: number;
  /** SHA-256 of a large file's content; undefined for small ones. */
  readonly sha256: string | undefined;
  /** Git's own hash of a small file, and of the pointer that stands for a large one. */
  readonly oid: string;
}

/** Name of the file's content in the cache, which is also its ETag on the Hub. */
export function blobName({ sha256, oid }: HubFile): string {
  return sha256 ?? oid;
}

export const COMMIT = /^[\da-f]{40}$/;
export const SHA256 = /^[\da-f]{64}$/;

export function totalSize(files: readonly HubFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
