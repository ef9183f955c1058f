/** What of a repository on the Hub is meant: `owner/name@revision:QUANT`, or one file of it. */
export interface RepoReference {
  /** "owner/name", or a name of the Hub's first days, such as "gpt2". */
  readonly repo: string;
  /** A branch, a tag or a commit. */
  readonly revision: string | undefined;
  /** As it was given: "Q4_K_M". */
  readonly quantization: string | undefined;
  /** Path within the repository, with "/". */
  readonly file: string | undefined;
}

// Each part begins and ends with a letter or a digit.
const PART = String.raw`[A-Za-z\d](?:[\w.-]*[A-Za-z\d_])?`;
const REFERENCE = new RegExp(
  String.raw`^(?<repo>${PART}(?:/${PART})?)` +
    String.raw`(?:@(?<revision>refs/[\w-]+/[\w.-]+|[\w.-]+))?` +
    String.raw`(?:/(?<file>[^@:\\]+[.]\w+))?(?::(?<quantization>[\w.-]+))?$`,
);
const WEB_PATH =
  /^\/(?<repo>[^/]+\/[^/]+)(?:\/(?:tree|blob|resolve|raw)\/(?<revision>[^/]+)(?:\/(?<file>.+))?)?\/?$/;
const MAX_REPO_LENGTH = 96;
/** Hosts whose pages are those of the Hub. */
const HUB_HOSTS: readonly string[] = ["huggingface.co", "hf.co", "www.huggingface.co"];

/**
 * What a `model` option means on the Hub: an id, `hf://` before one, or the address of a page of
 * the Hub. undefined for what can be none of these; whether it exists, the Hub knows.
 */
export function parseRepoReference(model: string): RepoReference | undefined {
  if (/^hf:\/\//i.test(model)) return parseId(model.slice("hf://".length));
  if (/^https?:\/\//i.test(model)) return parsePage(model);
  return parseId(model);
}

function parseId(text: string): RepoReference | undefined {
  const { groups } = REFERENCE.exec(text) ?? {};
  if (groups === undefined) return undefined;
  const { repo = "", revision, file, quantization } = groups;
  return checked({ repo, revision, file, quantization });
}

function parsePage(address: string): RepoReference | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (!HUB_HOSTS.includes(url.hostname)) return undefined;
  const { groups } = WEB_PATH.exec(url.pathname) ?? {};
  if (groups === undefined) return undefined;
  const [repo = "", revision, file] = [groups["repo"], groups["revision"], groups["file"]].map(
    (part) => (part === undefined ? undefined : decoded(part)),
  );
  return checked({ repo, revision, file, quantization: undefined });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** By the Hub's own rules for names, and ours for paths. */
function checked(reference: RepoReference): RepoReference | undefined {
  const { repo, file } = reference;
  const isName = new RegExp(`^${PART}(?:/${PART})?$`).test(repo) && repo.length <= MAX_REPO_LENGTH;
  if (!isName || /--|[.][.]|[.]git$/.test(repo)) return undefined;
  // With one slash only, a name with such an ending is that of a file of this machine.
  if (file === undefined && /[.](?:gguf|safetensors|json|bin)$/i.test(repo)) return undefined;
  return file === undefined || isRepoPath(file) ? reference : undefined;
}

/**
 * Whether a path may be one of a repository's files: such paths become files of this machine,
 * on whatever system.
 */
export function isRepoPath(path: string): boolean {
  if (path === "" || path.length > 1024) return false;
  return path.split("/").every((part) => {
    // Windows drops dots and blanks at the end of names.
    return part !== "" && !/[.\s]$/.test(part) && !/^[.]{1,2}$|[\\:*?"<>|\0-\x1f]/.test(part);
  });
}

/** How a reference is written, for messages. */
export function showReference({ repo, revision, quantization, file }: RepoReference): string {
  return (
    repo +
    (revision === undefined ? "" : `@${revision}`) +
    (file === undefined ? "" : `/${file}`) +
    (quantization === undefined ? "" : `:${quantization}`)
  );
}
