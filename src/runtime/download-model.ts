import type { HubOptions, CallOptions, Logger, LogLevel } from "../config/types.js";
import { HUB_OPTIONS } from "../config/hub-options.js";
import { LOG_LEVELS, type LogSink } from "../config/logger.js";
import { invalidParameter, showValue } from "../config/invalid.js";
import { assertOptions } from "../config/read-options.js";
import { nearest } from "../internal/nearest.js";
import { resolveCallOptions, resolveProviderConfig } from "../config/resolve.js";
import type { ResolvedProviderConfig } from "../config/resolved.js";
import { InvalidParameterError } from "../errors.js";
import { totalSize } from "../hub/hub-file.js";
import { parseRepoReference } from "../hub/repo-reference.js";
import { fetchFromHub } from "./hub-model.js";

/** Options of `downloadModel`. */
export interface DownloadOptions extends HubOptions, CallOptions {
  /**
   * Gets lines about retries and waiting.
   * @default none
   */
  logger?: Logger;
  /** @default "warn" */
  log_level?: LogLevel;
}

/** A model of the Hub that is on this machine now. */
export interface DownloadedModel {
  /** Absolute; what `model`, or `adapter`, takes. */
  path: string;
  kind: "checkpoint" | "gguf" | "adapter" | "file";
  /** The commit. */
  revision: string;
  /** Of all of its files. */
  size_bytes: number;
  /** Names within the repository. */
  files: { name: string; size_bytes: number }[];
}

// Nobody gives up.
const NEVER = new AbortController().signal;

/**
 * Downloads what a model needs of its repository into the cache that Python's libraries share, or
 * finds it there; without loading it. A provider does the same on first use.
 *
 * An aborted download is gone on with by the next one.
 *
 * @param model "owner/name", "owner/name@revision", "owner/name:Q4_K_M", "owner/name/file.gguf"
 * @throws {InvalidParameterError} INVALID_PARAMETER
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND with the nearest names
 * @throws {AuthenticationError} AUTHENTICATION for gated repositories and refused tokens
 * @throws {ProviderConnectionError} PROVIDER_CONNECTION
 * @throws {ResourceError} RESOURCE when the disk has no room for it
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for weights in other formats only
 *
 * @example
 * const { path } = await downloadModel("owner/name:Q4_K_M", { onProgress });
 */
export async function downloadModel(
  model: string,
  options: DownloadOptions = {},
): Promise<DownloadedModel> {
  const { config, signal, onProgress } = readOptions(model, options);
  const reference = parseRepoReference(model);
  if (reference === undefined) throw noRepository(model);
  const { hub } = config;
  const locating = { hub, onProgress, signal: signal ?? NEVER, log: logOf(config) };
  const snapshot = await fetchFromHub(model, reference, "any", locating);
  return {
    path: snapshot.path,
    kind: snapshot.kind,
    revision: snapshot.commit,
    size_bytes: totalSize(snapshot.files),
    files: snapshot.files.map(({ path, size }) => ({ name: path, size_bytes: size })),
  };
}

function readOptions(
  model: string,
  options: DownloadOptions,
): Pick<DownloadOptions, "onProgress" | "signal"> & { config: ResolvedProviderConfig } {
  assertOptions(options, "task");
  const ours = [...Object.keys(HUB_OPTIONS), "logger", "log_level"];
  const names = [...ours, "signal", "onProgress"];
  for (const [name, value] of Object.entries(options)) {
    if (names.includes(name)) continue;
    throw invalidParameter(`Unknown option ${JSON.stringify(name)} (${showValue(name, value)})`, {
      parameter: name,
      value,
      allowed: names.join(", "),
      nearest: nearest(name, names),
    });
  }
  const pick = (isOurs: boolean): Record<string, unknown> =>
    Object.fromEntries(Object.entries(options).filter(([name]) => ours.includes(name) === isOurs));
  const { signal, onProgress } = resolveCallOptions(pick(false));
  return {
    config: resolveProviderConfig({ model, ...pick(true) }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

function logOf({ logger, log_level: least }: ResolvedProviderConfig): LogSink {
  return (level, text) => {
    if (LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(least)) logger?.(level, text);
  };
}

function noRepository(model: string): InvalidParameterError {
  const allowed = 'such as "owner/name", "owner/name:Q4_K_M" or "owner/name/file.gguf"';
  return new InvalidParameterError(
    `${JSON.stringify(model)} names no repository of the Hub. Allowed: ${allowed}.`,
    { details: { parameter: "model", value: model, allowed } },
  );
}
