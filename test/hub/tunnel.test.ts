import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import * as http from "node:http";
import * as https from "node:https";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";

import { ProviderConnectionError } from "../../src/errors.js";
import { TunnelAgent } from "../../src/hub/proxy.js";
import { isTransient } from "../../src/hub/retry.js";
import { rejectionOf } from "../helpers/rejection.js";

type OnConnect = (request: http.IncomingMessage, socket: Duplex) => void;

function pem(name: string): Promise<string> {
  return readFile(
    fileURLToPath(new URL(`../fixtures/tls/localhost-${name}.pem`, import.meta.url)),
    "utf8",
  );
}

async function listen(server: http.Server | https.Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function ask(agent: https.Agent, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    https
      .get(`https://localhost:${String(port)}/`, { agent }, (answer) => {
        answer.setEncoding("utf8");
        answer.once("data", resolve);
      })
      .once("error", reject);
  });
}

/** A promise and its end. */
class Gate<T> {
  open: (value: T) => void = () => undefined;
  readonly promise = new Promise<T>((resolve) => {
    this.open = resolve;
  });
}

describe("a tunnel through a proxy", () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  async function startServer(): Promise<number> {
    const server = https.createServer(
      { key: await pem("key"), cert: await pem("certificate") },
      (_, answer) => answer.end("hello"),
    );
    ends.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return await listen(server);
  }

  async function startProxy(onConnect: OnConnect): Promise<string> {
    const proxy = http.createServer();
    const sockets = new Set<Socket>();
    proxy.on("connection", (socket) => sockets.add(socket));
    proxy.on("connect", onConnect);
    ends.push(() => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    });
    return `127.0.0.1:${String(await listen(proxy))}`;
  }

  function agentFor(proxy: string, timeoutMs: number, options: https.AgentOptions): TunnelAgent {
    const agent = new TunnelAgent(new URL(`http://${proxy}`), timeoutMs, options);
    ends.push(() => {
      agent.destroy();
    });
    return agent;
  }

  const through: OnConnect = ({ url = "" }, socket) => {
    const target = connect(Number(url.split(":")[1]), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(target).pipe(socket);
    });
    target.on("error", () => socket.destroy());
    socket.on("error", () => target.destroy());
    socket.on("close", () => target.destroy());
  };

  it("reaches a server, with a password that has a bare % in it", async () => {
    const port = await startServer();
    const asked: http.IncomingMessage[] = [];
    const proxy = await startProxy((request, socket) => {
      asked.push(request);
      through(request, socket);
    });
    const ca = await pem("certificate");
    assert.equal(await ask(agentFor(`user:50%@${proxy}`, 5000, { ca }), port), "hello");
    assert.equal(asked[0]?.url, `localhost:${String(port)}`);
    const pair = Buffer.from("user:50%").toString("base64");
    assert.equal(asked[0].headers["proxy-authorization"], `Basic ${pair}`);
  });

  it("is refused without a password, and the remedy is named", async () => {
    const proxy = await startProxy((_, socket) => {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    });
    const error = await rejectionOf(ProviderConnectionError, ask(agentFor(proxy, 5000, {}), 443));
    assert.match(error.message, /answers 407.*HTTPS_PROXY=http:\/\/user:password@/);
    assert.ok(!isTransient(error));
  });

  it("is tried again when the server behind the proxy does not answer", async () => {
    const proxy = await startProxy((_, socket) => {
      socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n");
    });
    const error = await rejectionOf(Error, ask(agentFor(proxy, 5000, {}), 443));
    assert.ok(isTransient(error), error.message);
  });

  it("is not waited for when the proxy says nothing", async () => {
    const closed = new Gate<undefined>();
    const proxy = await startProxy((_, socket) => {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        closed.open(undefined);
      });
      // Its other half would stay open.
      socket.on("end", () => socket.destroy());
      socket.resume();
    });
    const error = await rejectionOf(Error, ask(agentFor(proxy, 20, {}), 443));
    assert.match(error.message, /no tunnel through the proxy .* in 20 ms/);
    await closed.promise;
  });

  it("ends with its agent while it is being opened", async () => {
    const opened = new Gate<Duplex>();
    const proxy = await startProxy((_, socket) => {
      socket.on("error", () => undefined);
      // Its other half would stay open.
      socket.on("end", () => socket.destroy());
      socket.resume();
      opened.open(socket);
    });
    const agent = agentFor(proxy, 60_000, {});
    const answer = rejectionOf(Error, ask(agent, 443));
    const socket = await opened.promise;
    const closed = once(socket, "close");
    agent.destroy();
    await answer;
    await closed;
  });

  it("ends when the server's certificate is not trusted", async () => {
    const port = await startServer();
    const closed = new Gate<undefined>();
    const proxy = await startProxy((request, socket) => {
      socket.on("close", () => {
        closed.open(undefined);
      });
      through(request, socket);
    });
    const error = await rejectionOf(Error, ask(agentFor(proxy, 5000, {}), port));
    assert.match((error as NodeJS.ErrnoException).code ?? "", /SELF_SIGNED/);
    await closed.promise;
  });
});
