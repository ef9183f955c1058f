import { spawn } from "node:child_process";
import http from "node:http";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { SAMPLING } from "../lib/sampling.mjs";

const HOST = "127.0.0.1";

export async function open({ model, tools, threads, context, streams }) {
  const port = await freePort();
  const settings = ["--threads", String(threads), "--gpu-layers", "0", "--no-webui"];
  const slots = ["--parallel", String(streams), "--ctx-size", String(context * streams)];
  const address = ["--host", HOST, "--port", String(port)];
  const server = await start(tools.llamaServer, ["-m", model, ...settings, ...slots, ...address]);
  await untilHealthy(server, port);
  return {
    complete: (prompt, options) => complete(port, prompt, options),
    close: () => server.stop(),
  };
}

/** Resolves to { stop(), died }; the server never outlives this process. */
async function start(program, args) {
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  const server = { died: undefined };
  let errors = "";
  child.stderr.on("data", (data) => (errors = (errors + data).slice(-4000)));
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const closed = new Promise((resolve) => {
    child.once("error", (error) => resolve(String(error)));
    child.once("close", (code, signal) => resolve(`llama-server: ${signal ?? code}\n${errors}`));
  });
  closed.then((why) => (server.died = why));
  server.stop = async () => {
    child.kill("SIGTERM");
    await closed;
    process.removeListener("exit", kill);
  };
  return server;
}

async function untilHealthy(server, port) {
  for (;;) {
    if (server.died !== undefined) throw new Error(server.died);
    const response = await request(port, "GET", "/health").catch(() => undefined);
    response?.resume();
    if (response?.statusCode === 200) return;
    await sleep(50);
  }
}

async function complete(port, prompt, { tokens, signal, onPiece }) {
  const body = JSON.stringify({
    prompt,
    n_predict: tokens,
    stream: true,
    cache_prompt: true,
    samplers: ["top_k", "top_p", "min_p", "temperature"],
    ...SAMPLING,
  });
  const response = await request(port, "POST", "/completion", { body, signal });
  let made = 0;
  for await (const { content, stop, tokens_predicted: total } of events(response)) {
    if (content) onPiece();
    if (stop) made = total;
  }
  if (made === 0) throw new Error(`llama-server answered ${response.statusCode} without tokens`);
  return { tokens: made };
}

/** Resolves to the response when its head is there. */
function request(port, method, path, { body, signal } = {}) {
  return new Promise((resolve, reject) => {
    const headers = body ? { "content-type": "application/json" } : {};
    // agent: false, for a connection of its own: on one that is used again, a request that
    // comes together with others may never be answered.
    const target = { host: HOST, port, method, path, headers, agent: false };
    const request = http.request({ ...target, ...(signal ? { signal } : {}) }, resolve);
    request.on("error", reject).end(body);
  });
}

/** The objects of a stream of server-sent events. */
async function* events(stream) {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith("data: {")) yield JSON.parse(line.slice("data: ".length));
    }
  }
}

/** It may be taken between our closing it and the server's opening it; then it fails. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, HOST, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
