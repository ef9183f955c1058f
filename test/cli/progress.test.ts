import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Output } from "../../src/cli/output.js";
import { ProgressDisplay } from "../../src/cli/progress-display.js";
import { progressBar, progressLine } from "../../src/cli/progress-text.js";
import { FakeHost, type FakeHostOptions } from "./fake-host.js";

const HALF = { stage: "load", done: 50, total: 100 } as const;
const AT_ONCE = { barMs: 0, lineMs: 0 };
const NEVER = { barMs: 1e9, lineMs: 1e9 };
const ERASE = "\r\x1b[2K";

function display(
  options: FakeHostOptions,
  patience = AT_ONCE,
): { host: FakeHost; progress: ProgressDisplay } {
  const host = new FakeHost(options);
  return { host, progress: new ProgressDisplay(new Output(host.stderr, host.env), true, patience) };
}

describe("the text of progress", () => {
  it("is a bar that fits the terminal", () => {
    assert.equal(progressBar(HALF, 40), "loading model  [########-------]   50 %");
    for (let columns = 1; columns <= 120; columns++) {
      assert.ok(progressBar(HALF, columns).length < columns || columns === 1, String(columns));
    }
  });

  it("is a line where a bar finds no room", () => {
    assert.equal(progressBar(HALF, 30), "loading model: 50 %");
    assert.equal(progressBar(HALF, 10), "loading m");
  });

  it("bears odd numbers", () => {
    const percents = [
      { done: 0, total: 0 },
      { done: 5, total: 3 },
      { done: -1, total: 3 },
      { done: 999, total: 1000 },
    ].map(({ done, total }) => progressLine({ stage: "prefill", done, total }));
    assert.deepEqual(percents, [
      "reading prompt: 0 %",
      "reading prompt: 100 %",
      "reading prompt: 0 %",
      "reading prompt: 99 %",
    ]);
  });
});

describe("ProgressDisplay", () => {
  it("draws a bar on a terminal, and erases it when the stage is done", () => {
    const { host, progress } = display({ terminal: true });
    progress.update(HALF);
    assert.equal(host.err, ERASE + progressBar(HALF, 80));
    progress.update({ ...HALF, done: 100 });
    assert.ok(host.err.endsWith(ERASE));
  });

  it("erases it when text comes, and only once", () => {
    const { host, progress } = display({ terminal: true });
    progress.update(HALF);
    progress.clear();
    progress.clear();
    assert.equal(host.err.split(ERASE).length, 3);
  });

  it("does not draw the same bar again", () => {
    const { host, progress } = display({ terminal: true });
    progress.update(HALF);
    const once = host.err;
    progress.update({ ...HALF, done: 50.1 });
    assert.equal(host.err, once);
  });

  it("shows nothing of work that is short", () => {
    for (const terminal of [true, false]) {
      const { host, progress } = display({ terminal }, NEVER);
      progress.update(HALF);
      progress.update({ stage: "prefill", done: 1, total: 2 });
      progress.clear();
      assert.equal(host.err, "");
    }
  });

  it("shows a stage that stalls, when its time has come", async () => {
    const { host, progress } = display({ terminal: true }, { barMs: 20, lineMs: 0 });
    progress.update(HALF);
    assert.equal(host.err.length, 0);
    while (!host.err.includes("50 %")) await sleep(5);
    progress.clear();
  });

  it("says lines without escapes where lines cannot be rewritten", () => {
    for (const options of [{ terminal: false }, { terminal: true, env: { TERM: "dumb" } }]) {
      const { host, progress } = display(options);
      progress.update(HALF);
      progress.update(HALF);
      progress.update({ ...HALF, done: 100 });
      progress.update({ stage: "prefill", done: 1, total: 4 });
      assert.equal(host.err, "loading model: 50 %\nreading prompt: 25 %\n");
    }
  });
});

describe("Output", () => {
  it("is coloured on terminals that want it", () => {
    const bold = (options: FakeHostOptions): string => {
      const host = new FakeHost(options);
      return new Output(host.stdout, host.env).bold("x");
    };
    assert.equal(bold({ terminal: true }), "\x1b[1mx\x1b[22m");
    assert.equal(bold({ terminal: true, env: { NO_COLOR: "" } }), "\x1b[1mx\x1b[22m");
    assert.equal(bold({ terminal: true, env: { NO_COLOR: "1" } }), "x");
    assert.equal(bold({ terminal: true, env: { TERM: "dumb" } }), "x");
    assert.equal(bold({ terminal: false }), "x");
  });

  it("lets a model's text command no terminal, and changes nothing elsewhere", async () => {
    for (const [terminal, shown] of [
      [true, "\\x1b[2J"],
      [false, "\x1b[2J"],
    ] as const) {
      const host = new FakeHost({ terminal });
      await new Output(host.stdout, host.env).writeForeign("\x1b[2J");
      assert.equal(host.out, shown);
    }
  });

  it("rejects from the first failure on", async () => {
    const host = new FakeHost();
    const output = new Output(host.stdout, host.env);
    const broken = Object.assign(new Error("broken"), { code: "EPIPE" });
    host.stdout.destroy(broken);
    await assert.rejects(output.write("x"));
    await assert.rejects(output.write("x"));
    output.say("x");
    assert.ok(output.failure);
  });
});
