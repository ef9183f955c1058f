import { setMaxListeners } from "node:events";
import * as http from "node:http";
import * as https from "node:https";

import { ProviderConnectionError } from "../errors.js";
import { packageVersion } from "../native/package-root.js";
import { proxyAuthorization, proxyFor, TunnelAgent, withoutCredentials } from "./proxy.js";
import type { HubSettings } from "./settings.js";

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 8;
const MAX_ERROR_BYTES = 4096;
/** Longer bodies of redirects cost more than another connection. */
const MAX_DRAINED_BYTES = 64 * 1024;

export interface HubRequest {
  readonly url: URL;
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Until the head of the answer is there; the idle timeout by default. */
  readonly timeoutMs?: number | undefined;
}

/** An answer with a good status. Whoever gets it reads the body, or destroys it. */
export interface HubAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: http.IncomingMessage;
  /** Where it came from, behind all redirects. */
  readonly url: URL;
}

/** An answer with a bad status, before it is known what it means to whoever asked. */
export class StatusError extends Error {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly url: URL;

  constructor(answer: HubAnswer, text: string) {
    const message = headerOf(answer.headers, "x-error-message") ?? text;
    super(`${String(answer.status)} ${message}`.trim());
    this.status = answer.status;
    this.headers = answer.headers;
    this.url = answer.url;
  }

  /** The Hub's own name for what is wrong, such as "RepoNotFound". */
  get hubCode(): string {
    return headerOf(this.headers, "x-error-code") ?? "";
  }
}

/**
 * Connections to the Hub and to the servers that it sends to, kept open from one request to the
 * next. The token goes to the Hub itself and to nobody else. Close it when the work is done.
 */
export class HubConnection {
  readonly #settings: HubSettings;
  readonly #agents = new Map<string, http.Agent>();
  readonly #userAgent = `abstractllm/${packageVersion()} node/${process.versions.node}`;

  constructor(settings: HubSettings) {
    this.#settings = settings;
  }

  /** The URL of something on the Hub; the parts of the path are written as they are. */
  url(...parts: readonly string[]): URL {
    const path = parts.map((part) => part.split("/").map(encodeURIComponent).join("/")).join("/");
    return new URL(`${this.#settings.endpoint.href.replace(/\/+$/, "")}/${path}`);
  }

  /**
   * Sends one request, and follows where it is sent.
   *
   * @throws {StatusError} for an answer that is none of 2xx; errors of Node's when there is none
   */
  async get(request: HubRequest): Promise<HubAnswer> {
    let { url } = request;
    for (let redirects = 0; ; redirects++) {
      const body = await this.#send(url, request);
      const { statusCode: status = 0, headers } = body;
      const answer: HubAnswer = { status, headers, body, url };
      if (status >= 200 && status < 300) return answer;
      if (!REDIRECTS.has(status) || headers.location === undefined) {
        throw new StatusError(answer, await errorText(body));
      }
      // Read to its end, its connection serves the next request.
      if (Number(headers["content-length"] ?? Infinity) <= MAX_DRAINED_BYTES) body.resume();
      else body.destroy();
      if (redirects === MAX_REDIRECTS) {
        throw badAnswer(url, `sends on more than ${String(MAX_REDIRECTS)} times`);
      }
      url = redirected(url, headers.location);
    }
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  async #send(url: URL, request: HubRequest): Promise<http.IncomingMessage> {
    const { signal, timeoutMs, headers = {} } = request;
    signal.throwIfAborted();
    // One signal may stop any number of requests, which Node would report as a leak.
    setMaxListeners(0, signal);
    const { idleTimeoutMs, env, token, endpoint } = this.#settings;
    const proxy = proxyFor(url, env);
    const isPlainProxied = proxy !== undefined && url.protocol === "http:";
    const target = isPlainProxied ? withoutCredentials(proxy) : url;
    const call = (target.protocol === "https:" ? https : http).request(target, {
      agent: this.#agentFor(target, isPlainProxied ? undefined : proxy),
      signal,
      ...(isPlainProxied ? { path: url.href } : {}),
      headers: {
        host: url.host,
        "user-agent": this.#userAgent,
        // What is measured and hashed are the bytes of the file.
        "accept-encoding": "identity",
        ...(token !== undefined && url.origin === endpoint.origin
          ? { authorization: `Bearer ${token}` }
          : {}),
        ...(isPlainProxied ? proxyAuthorization(proxy) : {}),
        ...headers,
      },
    });
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        call.destroy(silence(url, timeoutMs ?? idleTimeoutMs));
      }, timeoutMs ?? idleTimeoutMs);
      call.once("response", (answer) => {
        clearTimeout(timer);
        answer.setTimeout(idleTimeoutMs, () => {
          answer.destroy(silence(url, idleTimeoutMs));
        });
        resolve(answer);
      });
      call.once("error", (error) => {
        clearTimeout(timer);
        reject(signal.aborted ? (signal.reason as Error) : error);
      });
      call.end();
    });
  }

  #agentFor(target: URL, proxy: URL | undefined): http.Agent {
    const key = `${target.protocol} ${proxy?.href ?? ""}`;
    let agent = this.#agents.get(key);
    if (agent === undefined) {
      const options = { keepAlive: true };
      agent =
        proxy === undefined
          ? new (target.protocol === "https:" ? https : http).Agent(options)
          : new TunnelAgent(proxy, this.#settings.idleTimeoutMs, options);
      this.#agents.set(key, agent);
    }
    return agent;
  }
}

/** The whole of a text that a server sends, such as JSON. */
export async function readText({ body, url }: HubAnswer, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > maxBytes) throw badAnswer(url, "answers with more than makes sense");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

export function headerOf(headers: http.IncomingHttpHeaders, name: string): string | undefined {
  return [headers[name]].flat()[0];
}

/** The beginning of what a server says about an error; the rest is not waited for. */
async function errorText(body: http.IncomingMessage): Promise<string> {
  let text = "";
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      text += piece.toString("utf8");
      if (text.length > MAX_ERROR_BYTES) break;
    }
  } catch {
    // The status says enough.
  }
  body.destroy();
  // Pages for people say nothing here.
  return /^\s*</.test(text) ? "" : text.slice(0, 200).replaceAll(/\s+/g, " ").trim();
}

function redirected(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) throw badAnswer(from, "sends on to what is no URL");
  const to = new URL(location, from.href);
  const isDowngrade = from.protocol === "https:" && to.protocol !== "https:";
  if (isDowngrade || !/^https?:$/.test(to.protocol)) {
    throw badAnswer(from, `sends on to ${to.protocol}//${to.host}, which is not encrypted`);
  }
  return to;
}

/** Not transient: the same request would get the same answer. */
export function badAnswer(url: URL, what: string): ProviderConnectionError {
  return new ProviderConnectionError(`${url.origin} ${what}.`, { details: { host: url.host } });
}

function silence(url: URL, ms: number): Error {
  return Object.assign(new Error(`${url.host} says nothing for ${String(ms / 1000)} s`), {
    code: "ETIMEDOUT",
  });
}
