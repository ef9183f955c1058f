import * as http from "node:http";
import * as https from "node:https";
import { lookup as dnsLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream";
import type { ByteCollector } from "./byte-collector.js";
import { isLocalAddress } from "./local-address.js";
import { mediaError, messageOf, type FileLabel } from "./media-error.js";
import { labelOfUrl, nameInDisposition, nameInUrl } from "./url-text.js";

const MAX_REDIRECTS = 5;
/** Without a byte for so long, a server counts as gone. */
const IDLE_MS = 30_000;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const LOCAL_REMEDY =
  "If the URL is yours and not somebody else's, allow it with allow_local_addresses: true.";

export interface DownloadOptions {
  readonly allowLocalAddresses: boolean;
  readonly signal: AbortSignal;
  /** Told of the bytes so far; `total` is 0 while it is unknown. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Finds the addresses of a host; Node's own by default. */
  readonly lookup?: LookupFunction | undefined;
  /** What counts as an address of this machine or of a private network. */
  readonly isLocal?: ((address: string) => boolean) | undefined;
}

/** What a server says of a file besides its bytes. */
export interface Downloaded {
  readonly name: string | undefined;
  readonly declaredType: string | undefined;
}

/**
 * Downloads a file into the collector. Redirects are followed one by one, each checked like
 * the first URL; no connection is made to an address of this machine or of a private network.
 *
 * Connections are direct: settings of proxies are not looked at, because the proxy would
 * choose the address.
 * @throws {MediaError} MEDIA
 */
export async function download(
  first: URL,
  label: FileLabel,
  collector: ByteCollector,
  options: DownloadOptions,
): Promise<Downloaded> {
  let url = first;
  for (let redirects = 0; ; redirects++) {
    const response = await request(url, label, options);
    const { statusCode = 0, headers } = response;
    if (REDIRECTS.has(statusCode) && headers.location !== undefined) {
      response.destroy();
      if (redirects === MAX_REDIRECTS) {
        throw mediaError(label, `is behind more than ${String(MAX_REDIRECTS)} redirects`);
      }
      url = redirected(url, headers.location, label);
      continue;
    }
    if (statusCode !== 200) {
      response.destroy();
      throw statusError(label, statusCode, response.statusMessage);
    }
    await receive(response, label, collector, options);
    return {
      name: nameInDisposition(headers["content-disposition"]) ?? nameInUrl(url),
      declaredType: headers["content-type"],
    };
  }
}

/** Connects, and waits for the head of the answer. */
async function request(
  url: URL,
  label: FileLabel,
  options: DownloadOptions,
): Promise<http.IncomingMessage> {
  assertAllowed(url, label, options);
  const { get } = url.protocol === "https:" ? https : http;
  return await new Promise((resolve, reject) => {
    const call = get(url, {
      // A connection of its own: one from a pool was not checked for this call.
      agent: false,
      signal: options.signal,
      lookup: guarded(options, label),
      headers: {
        accept: "*/*",
        "accept-encoding": "gzip, deflate, br",
        "user-agent": "abstractllm",
      },
    });
    call.setTimeout(IDLE_MS, () => {
      call.destroy(new Error(`the server says nothing for ${String(IDLE_MS / 1000)} s`));
    });
    call.once("response", resolve);
    call.once("error", (cause) => {
      reject(options.signal.aborted ? options.signal.reason : connectionError(label, url, cause));
    });
  });
}

function assertAllowed(url: URL, label: FileLabel, options: DownloadOptions): void {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw mediaError(label, `leads to a URL of the scheme ${JSON.stringify(url.protocol)}`);
  }
  // No address has to be looked up for one that is written out.
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const { allowLocalAddresses, isLocal = isLocalAddress } = options;
  if (isIP(host) !== 0 && !allowLocalAddresses && isLocal(host)) throw localError(label, host);
}

/**
 * A look-up that refuses local addresses. The connection is made to the very addresses that
 * it returns, so that a name cannot mean another one a moment later.
 */
function guarded(options: DownloadOptions, label: FileLabel): LookupFunction {
  const find = options.lookup ?? dnsLookup;
  const { allowLocalAddresses, isLocal = isLocalAddress } = options;
  if (allowLocalAddresses) return find;
  return (hostname, settings, callback) => {
    find(hostname, settings, (error, found, family) => {
      // With an error, nothing was found, whatever the types say.
      if (error !== null) {
        callback(error, found, family);
        return;
      }
      const addresses = typeof found === "string" ? [found] : found.map(({ address }) => address);
      const local = addresses.find(isLocal);
      if (local === undefined) callback(null, found, family);
      else callback(localError(label, local), "", 0);
    });
  };
}

/** Reads the answer's body, decompressed, and never more of it than allowed. */
async function receive(
  response: http.IncomingMessage,
  label: FileLabel,
  collector: ByteCollector,
  { signal, onProgress }: DownloadOptions,
): Promise<void> {
  const encoding = (response.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  const length = Number(response.headers["content-length"] ?? Number.NaN);
  const total = encoding === "identity" && Number.isSafeInteger(length) ? length : 0;
  try {
    collector.expect(total);
    for await (const piece of decoded(response, encoding, label) as AsyncIterable<Buffer>) {
      collector.add(piece);
      onProgress?.(collector.length, Math.max(total, collector.length));
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && "code" in error && error.code === "MEDIA") throw error;
    throw mediaError(label, `could not be downloaded to its end: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    response.destroy();
  }
}

function decoded(response: http.IncomingMessage, encoding: string, label: FileLabel): Readable {
  switch (encoding) {
    case "identity":
    case "":
      return response;
    case "gzip":
    case "x-gzip":
      return through(response, createGunzip());
    case "deflate":
      return through(response, createInflate());
    case "br":
      return through(response, createBrotliDecompress());
    default:
      throw mediaError(label, `comes in the encoding ${JSON.stringify(encoding)}`, {
        remedy: "Served are gzip, deflate and br.",
      });
  }
}

function through<T extends Readable & NodeJS.WritableStream>(
  response: http.IncomingMessage,
  decoder: T,
): T {
  // Whoever reads the decoder sees the errors of both.
  pipeline(response, decoder, () => undefined);
  return decoder;
}

function redirected(from: URL, location: string, label: FileLabel): URL {
  let to: URL;
  try {
    to = new URL(location, from);
  } catch (cause) {
    throw mediaError(label, "is redirected to what is no URL", { cause });
  }
  if (from.protocol === "https:" && to.protocol === "http:") {
    throw mediaError(label, `is redirected from https: to http: (${labelOfUrl(to)})`, {
      remedy: "Give the other URL, if you trust the way to it.",
    });
  }
  return to;
}

function statusError(label: FileLabel, status: number, message: string | undefined): Error {
  const text = `${String(status)} ${message ?? ""}`.trim();
  const remedy =
    status === 401 || status === 403
      ? "The server asks for credentials: download it yourself, and give its bytes."
      : "";
  return mediaError(label, `cannot be downloaded: the server answers ${text}`, {
    remedy,
    details: { status },
  });
}

function localError(label: FileLabel, address: string): Error {
  return mediaError(label, `is at ${address}, which is no public address`, {
    remedy: LOCAL_REMEDY,
    details: { address },
  });
}

function connectionError(label: FileLabel, url: URL, cause: Error): Error {
  if ("code" in cause && cause.code === "MEDIA") return cause;
  const { code } = cause as NodeJS.ErrnoException;
  const why = code === "ENOTFOUND" ? `there is no host ${url.hostname}` : messageOf(cause);
  return mediaError(label, `cannot be downloaded: ${why}`, { cause });
}
