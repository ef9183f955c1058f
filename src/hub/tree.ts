import { isPlainObject } from "../internal/is-plain-object.js";
import { COMMIT, SHA256, type HubFile } from "./hub-file.js";
import { badAnswer, headerOf, readText, type HubAnswer, type HubConnection } from "./http.js";
import { isRepoPath } from "./repo-reference.js";

const MAX_PAGE_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 200_000;
/** The Hub gives a thousand files a page. */
const MAX_PAGES = 1000;

export interface AskOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number | undefined;
}

/** The commit that a revision means now. */
export async function findCommit(
  hub: HubConnection,
  repo: string,
  revision: string,
  options: AskOptions,
): Promise<string> {
  // A revision with "/" in it is one part of the path.
  const url = new URL(
    `${hub.url("api/models", repo, "revision").href}/${encodeURIComponent(revision)}`,
  );
  const answer = await hub.get({ url, ...options });
  const info = await readJson(answer);
  const sha = isPlainObject(info) ? info["sha"] : undefined;
  if (typeof sha === "string" && COMMIT.test(sha)) return sha;
  throw badAnswer(url, `names no commit for ${repo}, so it is no Hub of Hugging Face`);
}

/** All files of a repository at a commit; the server gives them page by page. */
export async function listFiles(
  hub: HubConnection,
  repo: string,
  commit: string,
  options: AskOptions,
): Promise<HubFile[]> {
  const files: HubFile[] = [];
  let url: URL | undefined = hub.url("api/models", repo, "tree", commit);
  url.searchParams.set("recursive", "true");
  for (let pages = 1; url !== undefined; pages++) {
    const answer: HubAnswer = await hub.get({ url, ...options });
    const page = await readJson(answer);
    if (!Array.isArray(page)) throw badAnswer(url, "lists files in a form that is not the Hub's");
    for (const entry of page) {
      const file = toFile(entry);
      if (file !== undefined) files.push(file);
    }
    if (files.length > MAX_FILES || pages > MAX_PAGES)
      throw badAnswer(url, `lists more files in ${repo} than make sense`);
    url = nextPage(answer);
  }
  return files;
}

/** From `Link: <...>; rel="next"`; on the same server, for it gets the token. */
function nextPage({ headers, url }: HubAnswer): URL | undefined {
  const target = /<([^<>]+)>\s*;[^,]*\brel="?next"?/.exec(headerOf(headers, "link") ?? "")?.[1];
  if (target === undefined || !URL.canParse(target, url.href)) return undefined;
  const next = new URL(target, url);
  // Mirrors hand on the addresses of the original.
  return new URL(`${url.origin}${url.pathname}${next.search}`);
}

/** undefined for folders, and for names that cannot be files of this machine. */
function toFile(entry: unknown): HubFile | undefined {
  if (typeof entry !== "object" || entry === null) return undefined;
  const { type, path, size, oid, lfs } = entry as Record<string, unknown>;
  if (type !== "file" || typeof path !== "string" || !isRepoPath(path)) return undefined;
  const large = typeof lfs === "object" && lfs !== null ? (lfs as Record<string, unknown>) : {};
  const bytes = large["size"] ?? size;
  if (typeof bytes !== "number" || !Number.isSafeInteger(bytes) || bytes < 0) return undefined;
  if (typeof oid !== "string" || !COMMIT.test(oid)) return undefined;
  const hash = large["oid"];
  // A large file without its hash could not be verified, and is none to us.
  if (lfs !== undefined && lfs !== null && !(typeof hash === "string" && SHA256.test(hash))) {
    return undefined;
  }
  return { path, size: bytes, oid, sha256: typeof hash === "string" ? hash : undefined };
}

export async function readJson(answer: HubAnswer): Promise<unknown> {
  const text = await readText(answer, MAX_PAGE_BYTES);
  try {
    return JSON.parse(text);
  } catch {
    throw badAnswer(answer.url, "answers with what is no JSON, so it is no Hub of Hugging Face");
  }
}
