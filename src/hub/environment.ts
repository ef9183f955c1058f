import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says about the Hub; the variables are those of huggingface_hub. */
export interface HubEnvironment {
  /** HF_ENDPOINT. */
  readonly endpoint: string;
  /** HF_HUB_CACHE, or a folder of HF_HOME; absolute. */
  readonly cacheFolder: string;
  /** The variable that forbids requests: HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE. */
  readonly offlineBy: string | undefined;
  /** HF_HUB_DISABLE_SYMLINKS. */
  readonly symlinks: boolean;
  /** HF_HUB_ETAG_TIMEOUT: for the first answer, when there is something in the cache. */
  readonly metadataTimeoutMs: number;
  /** HF_HUB_DOWNLOAD_TIMEOUT: without a byte for so long, a connection counts as dead. */
  readonly idleTimeoutMs: number;
}

const DEFAULT_ENDPOINT = "https://huggingface.co";
const DEFAULT_TIMEOUT_SECONDS = 10;

export function readEnvironment(env: Environment): HubEnvironment {
  const endpoint = textOf(env, "HF_ENDPOINT") ?? DEFAULT_ENDPOINT;
  const cache = textOf(env, "HF_HUB_CACHE") ?? textOf(env, "HUGGINGFACE_HUB_CACHE");
  return {
    endpoint: endpoint.replace(/\/+$/, ""),
    cacheFolder: resolve(cache === undefined ? join(home(env), "hub") : expand(cache, env)),
    offlineBy: ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].find((name) => isTrue(env[name])),
    symlinks: !isTrue(env["HF_HUB_DISABLE_SYMLINKS"]),
    metadataTimeoutMs: secondsOf(env, "HF_HUB_ETAG_TIMEOUT") * 1000,
    idleTimeoutMs: secondsOf(env, "HF_HUB_DOWNLOAD_TIMEOUT") * 1000,
  };
}

/** The token of HF_TOKEN, or the one that `hf auth login` left in a file. */
export function findToken(env: Environment): string | undefined {
  const named = tokenText(env["HF_TOKEN"]) ?? tokenText(env["HUGGING_FACE_HUB_TOKEN"]);
  if (named !== undefined) return named;
  const file = textOf(env, "HF_TOKEN_PATH");
  const path = file === undefined ? join(home(env), "token") : expand(file, env);
  try {
    return tokenText(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** Whether HF_HUB_DISABLE_IMPLICIT_TOKEN keeps back a token that nobody named in the call. */
export function keepsTokenBack(env: Environment): boolean {
  return isTrue(env["HF_HUB_DISABLE_IMPLICIT_TOKEN"]);
}

/** "~" and variables in a path, as Python's huggingface_hub writes them out. */
export function expand(path: string, env: Environment): string {
  const withHome = path.replace(/^~(?=$|[\\/])/, homedir());
  return withHome.replaceAll(
    /\$\{(\w+)\}|\$(\w+)/g,
    (whole, braced?: string, plain?: string) => env[braced ?? plain ?? ""] ?? whole,
  );
}

function home(env: Environment): string {
  const named = textOf(env, "HF_HOME");
  if (named !== undefined) return expand(named, env);
  return join(textOf(env, "XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "huggingface");
}

function textOf(env: Environment, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === "" ? undefined : text;
}

function tokenText(text: string | undefined): string | undefined {
  const token = text?.replaceAll(/[\r\n]/g, "").trim();
  return token === "" ? undefined : token;
}

function isTrue(text: string | undefined): boolean {
  return ["1", "ON", "YES", "TRUE"].includes(text?.toUpperCase() ?? "");
}

function secondsOf(env: Environment, name: string): number {
  const seconds = Number(textOf(env, name) ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_TIMEOUT_SECONDS;
}
