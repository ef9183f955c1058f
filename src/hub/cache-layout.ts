import { join } from "node:path";

/**
 * Where things are in the cache that huggingface_hub shares with us:
 *
 *     models--owner--name/
 *       blobs/<hash>                   contents, once each
 *       refs/main                      the commit that a branch or a tag meant last
 *       snapshots/<commit>/<path>      links to blobs (files, where there are no links)
 *       trees/<commit>.json            what the repository has at a commit
 *       .no_exist/<commit>/<path>      files that were looked for, and are not there
 *     .locks/models--owner--name/<hash>.lock
 */
export class RepoCache {
  readonly repo: string;
  /** Absolute, of all repositories. */
  readonly root: string;
  /** Absolute, of this one. */
  readonly folder: string;

  constructor(root: string, repo: string) {
    this.repo = repo;
    this.root = root;
    this.folder = join(root, folderName(repo));
  }

  get blobs(): string {
    return join(this.folder, "blobs");
  }

  get snapshots(): string {
    return join(this.folder, "snapshots");
  }

  get locks(): string {
    return join(this.root, ".locks", folderName(this.repo));
  }

  get refs(): string {
    return join(this.folder, "refs");
  }

  blob(hash: string): string {
    return join(this.blobs, hash);
  }

  /**
   * What of a blob has been downloaded. Another name than older versions of Python's
   * huggingface_hub use: they would take it for the beginning of the file.
   */
  part(hash: string): string {
    return join(this.blobs, `${hash}.abstractllm.incomplete`);
  }

  /** Which ranges of the part are there. */
  journal(hash: string): string {
    return join(this.blobs, `${hash}.abstractllm-ranges.incomplete`);
  }

  lock(hash: string): string {
    return join(this.locks, `${hash}.lock`);
  }

  snapshot(commit: string): string {
    return join(this.snapshots, commit);
  }

  /** @param path of a HubFile */
  file(commit: string, path: string): string {
    return join(this.snapshots, commit, ...path.split("/"));
  }

  ref(revision: string): string {
    return join(this.refs, ...revision.split("/"));
  }

  tree(commit: string): string {
    return join(this.folder, "trees", `${commit}.json`);
  }

  noExist(commit: string, path: string): string {
    return join(this.folder, ".no_exist", commit, ...path.split("/"));
  }
}

function folderName(repo: string): string {
  return `models--${repo.replaceAll("/", "--")}`;
}

/** The repository whose folder has this name; undefined for other folders. */
export function repoOfFolder(name: string): string | undefined {
  const [kind, ...parts] = name.split("--");
  return kind === "models" && parts.length > 0 && parts.length < 3 ? parts.join("/") : undefined;
}
