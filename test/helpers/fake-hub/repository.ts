import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Larger files are kept as the Hub keeps them: outside of git. */
const LFS_BYTES = 10 * 1024;

export interface StoredFile {
  readonly path: string;
  readonly content: Buffer;
  /** Git's hash: of the content, or of the pointer that stands for it. */
  readonly oid: string;
  /** Of files outside of git. */
  readonly sha256: string | undefined;
}

export interface Commit {
  readonly id: string;
  readonly files: ReadonlyMap<string, StoredFile>;
}

export interface RepositoryOptions {
  /** Whose terms have to be accepted: only this token has done so. */
  readonly gatedTo?: string;
  /** Only this token sees it. */
  readonly privateTo?: string;
  /** Sizes that the listing gives instead of the true ones. */
  readonly claimedSizes?: Readonly<Record<string, number>>;
}

export class Repository {
  readonly id: string;
  readonly options: RepositoryOptions;
  readonly commits = new Map<string, Commit>();
  readonly branches = new Map<string, string>();
  readonly tags = new Map<string, string>();

  constructor(id: string, options: RepositoryOptions) {
    this.id = id;
    this.options = options;
  }

  /** Adds a commit with these files to a branch; gives its hash, which follows from them. */
  commit(files: Readonly<Record<string, Buffer | string>>, branch = "main"): string {
    const stored = Object.entries(files).map(([path, content]) =>
      store(path, typeof content === "string" ? Buffer.from(content) : content),
    );
    stored.sort((a, b) => (a.path < b.path ? -1 : 1));
    const hash = createHash("sha1").update(`${this.id}\0`);
    for (const { path, oid } of stored) hash.update(`${path}\0${oid}\0`);
    const id = hash.digest("hex");
    this.commits.set(id, { id, files: new Map(stored.map((file) => [file.path, file])) });
    this.branches.set(branch, id);
    return id;
  }

  find(revision: string): Commit | undefined {
    const id = this.branches.get(revision) ?? this.tags.get(revision) ?? revision;
    return this.commits.get(id);
  }
}

/** The files of a folder, as those of a commit. */
export function filesOf(folder: string): Record<string, Buffer> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    paths.map((path) => [relative(folder, path).replaceAll(sep, "/"), readFileSync(path)]),
  );
}

function store(path: string, content: Buffer): StoredFile {
  const isLarge = content.length > LFS_BYTES || /[.](?:safetensors|gguf|bin)$/.test(path);
  if (!isLarge) return { path, content, oid: gitHash(content), sha256: undefined };
  const sha256 = createHash("sha256").update(content).digest("hex");
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${String(content.length)}\n`;
  return { path, content, oid: gitHash(Buffer.from(pointer)), sha256 };
}

function gitHash(content: Buffer): string {
  return createHash("sha1")
    .update(`blob ${String(content.length)}\0`)
    .update(content)
    .digest("hex");
}
