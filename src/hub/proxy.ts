import * as http from "node:http";
import * as https from "node:https";
import type { Duplex } from "node:stream";
import { connect as tlsConnect, type ConnectionOptions } from "node:tls";

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
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

type Created = (error: Error | null, socket: Duplex) => void;

/** Reaches https: servers through a proxy: it opens a tunnel, and TLS goes through that. */
export class TunnelAgent extends https.Agent {
  readonly #proxy: URL;

  constructor(proxy: URL, options: https.AgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(options: ConnectionOptions, callback?: Created): undefined {
    const target = `${options.host ?? ""}:${String(options.port ?? 443)}`;
    const done: Created = callback ?? (() => undefined);
    const fail = (error: Error): void => {
      done(error, undefined as unknown as Duplex);
    };
    const { request } = this.#proxy.protocol === "https:" ? https : http;
    const call = request(this.#proxy, {
      method: "CONNECT",
      path: target,
      headers: { host: target, ...proxyAuthorization(this.#proxy) },
      agent: false,
    });
    call.once("connect", ({ statusCode }, socket) => {
      if (statusCode === 200) {
        const secured = tlsConnect({ ...options, socket }, () => {
          done(null, secured);
        });
        secured.once("error", fail);
        return;
      }
      socket.destroy();
      fail(new Error(`the proxy ${this.#proxy.host} answers ${String(statusCode)}`));
    });
    call.once("error", fail);
    call.end();
  }
}
