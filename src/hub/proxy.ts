import * as http from "node:http";
import * as https from "node:https";
import type { Duplex } from "node:stream";
import { connect as tlsConnect, type ConnectionOptions, type TLSSocket } from "node:tls";

import { ProviderConnectionError } from "../errors.js";
import type { Environment } from "./environment.js";

/**
 * The proxy for a URL by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in either case, as curl
 * and Python read them.
 *
 * @throws {ProviderConnectionError} PROVIDER_CONNECTION for a proxy that is none of HTTP
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const scheme = url.protocol.slice(0, -1);
  const text = variable(env, `${scheme}_proxy`) ?? variable(env, "all_proxy");
  if (text === undefined || isExempt(url, variable(env, "no_proxy"))) return undefined;
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const proxy = URL.canParse(address) ? new URL(address) : undefined;
  if (proxy?.protocol === "http:" || proxy?.protocol === "https:") return proxy;
  // Not as it is written: it may have a password in it.
  throw new ProviderConnectionError(
    `The proxy for ${scheme}: that the environment names is not one of HTTP. Served are ` +
      'such as "http://proxy.example.com:8080"; NO_PROXY lists hosts that need none.',
    { details: { parameter: `${scheme.toUpperCase()}_PROXY` } },
  );
}

function variable(env: Environment, name: string): string | undefined {
  const text = (env[name] ?? env[name.toUpperCase()])?.trim();
  return text === "" ? undefined : text;
}

/** Entries are hosts, ends of hosts, hosts with a port, or "*". */
function isExempt(url: URL, list: string | undefined): boolean {
  const host = url.hostname.replaceAll(/[[\]]/g, "").toLowerCase();
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return (list ?? "").split(/[\s,]+/).some((entry) => {
    if (entry === "*") return true;
    const [, name = "", wanted] = /^(?:[*]?[.])?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (name === "" || (wanted !== undefined && wanted !== port)) return false;
    return host === name || host.endsWith(`.${name}`);
  });
}

export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === "") return {};
  const pair = `${decoded(proxy.username)}:${decoded(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** For Node's requests, which refuse some of them; they go into a header. */
export function withoutCredentials(proxy: URL): URL {
  const bare = new URL(proxy);
  bare.username = "";
  bare.password = "";
  return bare;
}

/** Passwords with a "%" that begins no escape mean it as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

type Created = (error: Error | null, socket: Duplex) => void;

/** What proxies answer when the server behind them does not, for now. */
const BEHIND: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * Reaches https: servers through a proxy: it opens a tunnel, and TLS goes through that. It owns
 * the tunnels that are being opened, and ends them with itself.
 */
export class TunnelAgent extends https.Agent {
  readonly #proxy: URL;
  readonly #timeoutMs: number;
  readonly #opening = new Set<{ destroy(): unknown }>();

  /** @param timeoutMs that the proxy, and then the server, may be silent for */
  constructor(proxy: URL, timeoutMs: number, options: https.AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#timeoutMs = timeoutMs;
  }

  override createConnection(options: ConnectionOptions, callback?: Created): undefined {
    const host = options.host ?? "";
    const target = `${host.includes(":") ? `[${host}]` : host}:${String(options.port ?? 443)}`;
    const { request } = this.#proxy.protocol === "https:" ? https : http;
    const call = request(withoutCredentials(this.#proxy), {
      method: "CONNECT",
      path: target,
      headers: { host: target, ...proxyAuthorization(this.#proxy) },
      agent: false,
    });
    this.#opening.add(call);
    let secured: TLSSocket | undefined;
    const settle = (error: Error | null): void => {
      clearTimeout(timer);
      if (!this.#opening.delete(call)) return;
      if (error !== null) {
        secured?.destroy();
        call.destroy();
      }
      callback?.(error, secured as Duplex);
    };
    const timer = setTimeout(() => {
      const ms = String(this.#timeoutMs);
      const silence = new Error(`no tunnel through the proxy ${this.#proxy.host} in ${ms} ms`);
      settle(Object.assign(silence, { code: "ETIMEDOUT" }));
    }, this.#timeoutMs);
    call.once("connect", ({ statusCode = 0 }, socket, head) => {
      if (statusCode !== 200) {
        socket.destroy();
        settle(this.#refusal(statusCode));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      secured = tlsConnect({ ...options, socket }, () => {
        settle(null);
      });
      secured.once("error", settle);
    });
    // Proxies may answer without ending the request as CONNECT does.
    call.once("response", ({ statusCode = 0 }) => {
      settle(this.#refusal(statusCode));
    });
    call.once("error", settle);
    call.once("close", () => {
      if (secured === undefined) settle(closed());
    });
    call.end();
  }

  override destroy(): void {
    for (const call of this.#opening) call.destroy();
    super.destroy();
  }

  #refusal(status: number): Error {
    const { host } = this.#proxy;
    const text = `the proxy ${host} answers ${String(status)}`;
    if (BEHIND.has(status)) return Object.assign(new Error(text), { code: "ECONNRESET" });
    const remedy =
      status === 407
        ? "It wants a user and a password: HTTPS_PROXY=http://user:password@host:port."
        : "Check HTTPS_PROXY; NO_PROXY lists hosts that need none.";
    return new ProviderConnectionError(`There is no way through: ${text}. ${remedy}`, {
      details: { parameter: "HTTPS_PROXY", host, status },
    });
  }
}

function closed(): Error {
  return Object.assign(new Error("the proxy ends the connection"), { code: "ECONNRESET" });
}
