import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { chat } from "../../src/cli/chat.js";
import { parseChatLine } from "../../src/cli/chat-command.js";
import { makeContext } from "../../src/cli/context.js";
import { Interrupts } from "../../src/cli/interrupts.js";
import { ContextWindowExceededError, ModelNotFoundError } from "../../src/index.js";
import { FakeHost } from "./fake-host.js";
import { fakeLlm, says, saysUntilAborted, type FakeLlm } from "./fake-llm.js";

class Session {
  readonly host = new FakeHost();
  readonly interrupts = new Interrupts(() => {
    this.host.leave();
  });
  readonly ended: Promise<number>;

  constructor(
    llm: FakeLlm,
    { showStats = false, systemPrompt = undefined as string | undefined } = {},
  ) {
    const style = { json: false, verbose: false, command: "run" };
    const context = makeContext(this.host);
    const { interrupts } = this;
    this.ended = chat({ llm, context, interrupts, style, showStats, systemPrompt });
  }

  type(line: string): void {
    this.host.stdin.write(`${line}\n`);
  }

  /** Types lines, ends the input, and waits for the end of the chat. */
  async play(...lines: string[]): Promise<number> {
    for (const line of lines) this.type(line);
    this.host.stdin.end();
    return await this.ended;
  }

  /** Waits until something has been written. */
  async sees(stream: "out" | "err", text: string): Promise<void> {
    while (!this.host[stream].includes(text)) await turn();
  }
}

function user(content: string): object {
  return { role: "user", content };
}

function assistant(content: string): object {
  return { role: "assistant", content };
}

describe("a chat", () => {
  it("remembers what was said", async () => {
    const llm = fakeLlm(says("Hel", "lo."), says("Fine.\n"));
    const session = new Session(llm);
    assert.equal(await session.play("Hi", "", "How are you?"), 0);
    assert.equal(session.host.out, "Hello.\nFine.\n");
    assert.deepEqual(
      llm.calls.map(({ input }) => input),
      [[user("Hi")], [user("Hi"), assistant("Hello."), user("How are you?")]],
    );
  });

  it("ends at /exit, whatever is typed after it", async () => {
    const llm = fakeLlm(says("x"));
    assert.equal(await new Session(llm).play("/exit", "Hi"), 0);
    assert.equal(llm.calls.length, 0);
  });

  it("forgets at /clear", async () => {
    const llm = fakeLlm(says("x"));
    await new Session(llm).play("Hi", "/clear", "Hi again");
    assert.deepEqual(llm.calls[1]?.input, [user("Hi again")]);
  });

  it("takes, shows and drops instructions", async () => {
    const llm = fakeLlm(says("x"));
    const session = new Session(llm, { systemPrompt: "Be kind." });
    await session.play("a", "/system Be brief.", "b", "/system", '/system ""', "c");
    assert.deepEqual(
      llm.calls.map(({ options }) => options.system_prompt),
      ["Be kind.", "Be brief.", ""],
    );
    assert.equal(session.host.err.split("The instructions are: Be brief.").length, 3);
  });

  it("explains its commands", async () => {
    const session = new Session(fakeLlm(says("x")));
    await session.play("/help", "/claer");
    for (const name of ["/system TEXT", "/clear", "/help", "/exit"]) {
      assert.ok(session.host.err.includes(name), name);
    }
    assert.match(session.host.err, /There is no \/claer\. Did you mean \/clear\?/);
    assert.equal(session.host.out, "");
  });

  it("goes on after a failure, without the message that failed", async () => {
    const llm = fakeLlm(
      says("one"),
      () => {
        throw new ContextWindowExceededError("It is too long.");
      },
      says("two"),
    );
    const session = new Session(llm);
    assert.equal(await session.play("a", "b", "c"), 0);
    assert.match(session.host.err, /abstractllm: It is too long\.\n[^]*\/clear makes room/);
    assert.deepEqual(llm.calls[2]?.input, [user("a"), assistant("one"), user("c")]);
  });

  it("does not begin when the model does not load", async () => {
    const error = new ModelNotFoundError("There is no model.");
    const llm = { ...fakeLlm(says("x")), preload: () => Promise.reject(error) };
    await assert.rejects(new Session(llm).ended, error);
  });

  it("tells what answers took, if asked", async () => {
    const session = new Session(fakeLlm(says("x")), { showStats: true });
    await session.play("Hi");
    assert.match(session.host.err, /prompt +5 tokens +10\.0 ms +500 tokens\/s\n/);
    assert.match(session.host.err, /of the prompt, 2 tokens from the cache\n/);
    assert.match(session.host.err, /of 4 guessed tokens, 1 right\n/);
    assert.doesNotMatch(session.host.err, /left out/);
    assert.match(session.host.err, /finished by stop; seed 7\n/);
  });
});

describe("Ctrl+C in a chat", () => {
  it("stops the answer, keeps its text, and leaves at the second", async () => {
    const llm = fakeLlm(saysUntilAborted("Once upon"), says("x"));
    const session = new Session(llm);
    session.type("Tell");
    await session.sees("out", "Once upon");
    session.interrupts.interrupt();
    await session.sees("err", "(stopped)");
    assert.equal(session.host.out, "Once upon\n");
    assert.ok(!session.host.hasLeft);
    session.interrupts.interrupt();
    assert.ok(session.host.hasLeft);
    await session.play("Go on");
    assert.deepEqual(llm.calls[1]?.input, [user("Tell"), assistant("Once upon"), user("Go on")]);
  });

  it("stops an answer again after the next message", async () => {
    const session = new Session(fakeLlm(saysUntilAborted("first"), saysUntilAborted("second")));
    for (const [message, text] of [
      ["a", "first"],
      ["b", "second"],
    ] as const) {
      session.type(message);
      await session.sees("out", text);
      session.interrupts.interrupt();
    }
    await session.play();
    assert.ok(!session.host.hasLeft);
    assert.equal(session.host.out, "first\nsecond\n");
  });

  it("warns at the prompt, and leaves at the second", async () => {
    const session = new Session(fakeLlm(says("x")));
    await session.sees("err", "> ");
    session.interrupts.interrupt();
    await session.sees("err", "once more");
    assert.ok(!session.host.hasLeft);
    session.interrupts.interrupt();
    assert.ok(session.host.hasLeft);
    await session.play();
  });
});

describe("parseChatLine", () => {
  it("tells messages from commands", () => {
    assert.deepEqual(parseChatLine("  hello "), { kind: "message", text: "hello" });
    assert.deepEqual(parseChatLine("//etc"), { kind: "message", text: "/etc" });
    assert.deepEqual(parseChatLine("   "), { kind: "nothing" });
    assert.deepEqual(parseChatLine("/quit"), { kind: "exit" });
    assert.deepEqual(parseChatLine("/system  a b "), { kind: "system", text: "a b" });
    assert.deepEqual(parseChatLine("/system"), { kind: "system", text: "" });
    assert.deepEqual(parseChatLine("/x"), { kind: "unknown", name: "/x", nearest: undefined });
  });
});
