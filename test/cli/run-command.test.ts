import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { makeContext } from "../../src/cli/context.js";
import { runCli } from "../../src/cli/run-cli.js";
import { runOnce } from "../../src/cli/run-once.js";
import { FakeHost, type FakeHostOptions } from "./fake-host.js";
import { fakeLlm, says, saysUntilAborted, type FakeLlm } from "./fake-llm.js";

const STYLE = { json: false, verbose: false, command: "run" };

function once(
  llm: FakeLlm,
  {
    json = false,
    showStats = false,
    ...host
  }: FakeHostOptions & { json?: boolean; showStats?: boolean } = {},
): { host: FakeHost; controller: AbortController; ended: Promise<number> } {
  const fake = new FakeHost(host);
  const controller = new AbortController();
  const { signal } = controller;
  const context = makeContext(fake);
  const style = { ...STYLE, json };
  const ended = runOnce({ llm, prompt: "Hi", files: [], signal, context, style, showStats });
  return { host: fake, controller, ended };
}

describe("one answer", () => {
  it("ends with one line break", async () => {
    for (const [pieces, text] of [
      [["a", "b"], "ab\n"],
      [["a\n"], "a\n"],
      [[], ""],
    ] as const) {
      const { host, ended } = once(fakeLlm(says(...pieces)));
      assert.equal(await ended, 0);
      assert.equal(host.out, text);
    }
  });

  it("commands no terminal", async () => {
    const { host, ended } = once(fakeLlm(says("\x1b[2J")), { terminal: true });
    await ended;
    assert.equal(host.out, "\\x1b[2J\n");
  });

  it("erases the bar before the text comes", async () => {
    const answer = fakeLlm(async (onText, { onProgress }) => {
      await new Promise((resolve) => setTimeout(resolve, 350));
      onProgress?.({ stage: "load", done: 1, total: 2 });
      onText("a");
    });
    const { host, ended } = once(answer, { terminal: true });
    await ended;
    assert.match(host.err, /loading model.* 50 %\r\x1b\[2K$/);
  });

  it("keeps its text when it is stopped, and says so to programs", async () => {
    for (const json of [false, true]) {
      const { host, controller, ended } = once(fakeLlm(saysUntilAborted("Once")), { json });
      await turn();
      controller.abort(new DOMException("Interrupted.", "AbortError"));
      assert.equal(await ended, 130);
      assert.equal(host.err, "");
      const report = { error: { name: "AbortError", message: "Interrupted." }, text: "Once" };
      assert.equal(host.out, json ? `${JSON.stringify(report)}\n` : "Once\n");
    }
  });

  it("keeps its text when it fails", async () => {
    const failing = fakeLlm(async (onText) => {
      onText("Once");
      await turn();
      throw new Error("It broke.");
    });
    const { host, ended } = once(failing);
    assert.equal(await ended, 1);
    assert.equal(host.out, "Once\n");
    assert.equal(host.err, "abstractllm: It broke.\n");
  });

  it("is indented JSON for people", async () => {
    const { host, ended } = once(fakeLlm(says("a")), { json: true, terminal: true });
    await ended;
    assert.match(host.out, /^\{\n {2}"text": "a",\n/);
  });
});

describe("the run command", () => {
  it("gives up waiting for a prompt at SIGINT", async () => {
    const host = new FakeHost();
    const ended = runCli(["run"], host);
    while (host.interrupt === undefined) await turn();
    host.interrupt();
    assert.equal(await ended, 130);
    assert.equal(host.out + host.err, "");
  });

  it("waits for the text behind a prompt, too", async () => {
    const host = new FakeHost({ piped: true });
    const ended = runCli(["run", "Summarise:"], host);
    while (host.interrupt === undefined) await turn();
    host.interrupt();
    assert.equal(await ended, 130);
  });

  it("shows stacks with DEBUG", async () => {
    const shown = async (DEBUG: string): Promise<string> => {
      const host = new FakeHost({ env: { DEBUG } });
      assert.equal(await runCli(["run", "a", "b"], host), 2);
      return host.err;
    };
    assert.match(await shown("1"), /\n +at /);
    assert.doesNotMatch(await shown("0"), /\n +at /);
    assert.doesNotMatch(await shown(""), /\n +at /);
  });

  it("needs a prompt for --json, also where it could chat", async () => {
    const host = new FakeHost({ terminal: true });
    assert.equal(await runCli(["run", "--json"], host), 2);
    assert.match(host.err, /--json needs a prompt/);
  });

  it("answers several times to a prompt only", async () => {
    const host = new FakeHost({ terminal: true });
    assert.equal(await runCli(["run", "--n", "2"], host), 2);
    assert.match(host.err, /--n needs a prompt/);
  });

  it("needs --json for log-probabilities", async () => {
    const host = new FakeHost();
    assert.equal(await runCli(["run", "Hi", "--logprobs", "1"], host), 2);
    assert.match(host.err, /--logprobs needs --json/);
  });

  it("colours its name on a terminal", async () => {
    const host = new FakeHost({ terminal: true });
    await runCli(["nothing"], host);
    assert.ok(host.err.startsWith("\x1b[31mabstractllm:\x1b[39m "));
  });
});
