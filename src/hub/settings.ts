import { resolve } from "node:path";

import type { ResolvedHub } from "../config/resolved.js";
import { AuthenticationError, InvalidParameterError } from "../errors.js";
import {
  expand,
  findToken,
  keepsTokenBack,
  readEnvironment,
  type Environment,
} from "./environment.js";

/** Everything that decides how the Hub is spoken to, and where its files are kept. */
export interface HubSettings {
  /** Without a slash at its end. */
  readonly endpoint: URL;
  /** Absolute. */
  readonly cacheFolder: string;
  readonly token: string | undefined;
  /** Why no request may be made: an option or a variable; undefined when they may. */
  readonly offlineBy: string | undefined;
  readonly symlinks: boolean;
  readonly metadataTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Before the second attempt; doubled before each further one. */
  readonly retryDelayMs: number;
  /** To one server, for one file. */
  readonly connections: number;
  /** For the proxies. */
  readonly env: Environment;
}

const RETRY_DELAY_MS = 500;
const CONNECTIONS = 6;

/**
 * The options of a call over what the environment says.
 *
 * @throws {InvalidParameterError} INVALID_PARAMETER when HF_ENDPOINT is no address
 * @throws {AuthenticationError} AUTHENTICATION when a token is demanded, and there is none
 */
export function hubSettings(options: ResolvedHub, env: Environment = process.env): HubSettings {
  const given = readEnvironment(env);
  return {
    endpoint: endpointUrl(given.endpoint),
    cacheFolder:
      options.cache_dir === undefined ? given.cacheFolder : resolve(expand(options.cache_dir, env)),
    token: tokenOf(options, env),
    offlineBy: options.local_files_only ? "local_files_only" : given.offlineBy,
    symlinks: given.symlinks,
    metadataTimeoutMs: given.metadataTimeoutMs,
    idleTimeoutMs: given.idleTimeoutMs,
    retryDelayMs: RETRY_DELAY_MS,
    connections: CONNECTIONS,
    env,
  };
}

function tokenOf({ token }: ResolvedHub, env: Environment): string | undefined {
  if (typeof token === "string") return token;
  if (token === false) return undefined;
  if (token === undefined) return keepsTokenBack(env) ? undefined : findToken(env);
  const found = findToken(env);
  if (found !== undefined) return found;
  throw new AuthenticationError(
    "token is true, which asks for the token of this machine, and there is none: set HF_TOKEN, " +
      "or log in with `hf auth login`.",
    { details: { parameter: "token", value: true } },
  );
}

function endpointUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new InvalidParameterError(
    `HF_ENDPOINT is ${JSON.stringify(text)}, which is no address of a server. Allowed: such as "https://huggingface.co".`,
    { details: { parameter: "HF_ENDPOINT", value: text, allowed: "an http: or https: URL" } },
  );
}
