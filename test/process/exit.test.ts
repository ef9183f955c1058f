import assert from "node:assert/strict";
import { CHILD_TIMEOUT_MS, PACKAGE_MAIN, runChild, type ChildOutcome } from "../helpers/child.js";

const MAIN_THREAD = new URL("./children/main-thread.mjs", import.meta.url);
const WORKER_THREAD = new URL("./children/worker-thread.mjs", import.meta.url);

const STATES = [
  "imported",
  "constructed",
  "asked for devices",
  "loading",
  "loaded",
  "generating",
  "queued",
  "disposing",
  "disposed",
  "failed",
];

/** By itself, with a status of its own and no signal. */
function assertEnded(outcome: ChildOutcome, code: number): void {
  assert.deepEqual(
    { hung: outcome.hung, signal: outcome.signal, code: outcome.code },
    { hung: false, signal: null, code },
    outcome.stderr,
  );
}

describe("a process", function () {
  this.timeout(CHILD_TIMEOUT_MS);

  for (const state of STATES) {
    describe(`with a provider that is ${state}`, () => {
      it("ends by itself", async () => {
        const outcome = await runChild(MAIN_THREAD, [PACKAGE_MAIN, state, "natural"]);
        assertEnded(outcome, 0);
        assert.equal(outcome.stderr + outcome.stdout, "");
      });

      it("ends by process.exit()", async () => {
        const outcome = await runChild(MAIN_THREAD, [PACKAGE_MAIN, state, "exit"]);
        assertEnded(outcome, 0);
        assert.equal(outcome.stderr + outcome.stdout, "");
      });

      it("ends by an uncaught error", async () => {
        const outcome = await runChild(MAIN_THREAD, [PACKAGE_MAIN, state, "throw"]);
        assertEnded(outcome, 1);
        // What Node says of the error, and nothing else.
        assert.match(outcome.stderr, /Error: thrown on purpose/);
        assert.match(outcome.stderr.trimEnd(), /\n\nNode\.js v[\d.]+$/);
        assert.doesNotMatch(outcome.stderr, /terminate|assert|abort|core dumped|Sanitizer/i);
        assert.equal(outcome.stdout, "");
      });

      it("ends by a signal, at once", async function () {
        if (process.platform === "win32") this.skip();
        let sent = false;
        const outcome = await runChild(MAIN_THREAD, [PACKAGE_MAIN, state, "signal"], {
          onStdout: (child) => {
            if (!sent) child.kill("SIGTERM");
            sent = true;
          },
        });
        assert.deepEqual(
          [outcome.hung, outcome.signal, outcome.code, outcome.stderr],
          [false, "SIGTERM", null, ""],
        );
      });
    });
  }
});

describe("a worker thread", function () {
  this.timeout(CHILD_TIMEOUT_MS);

  // How the worker ends is its own affair: the process goes on, and ends by itself.
  async function endWorker(state: string, ending: string): Promise<unknown> {
    const outcome = await runChild(WORKER_THREAD, [PACKAGE_MAIN, state, ending]);
    assertEnded(outcome, 0);
    assert.equal(outcome.stderr, "");
    return JSON.parse(outcome.stdout);
  }

  for (const state of STATES) {
    describe(`with a provider that is ${state}`, () => {
      it("ends by itself", async () => {
        assert.deepEqual(await endWorker(state, "natural"), { code: 0, error: null });
      });

      it("ends by process.exit()", async () => {
        assert.deepEqual(await endWorker(state, "exit"), { code: 0, error: null });
      });

      it("ends by an uncaught error", async () => {
        const report = await endWorker(state, "throw");
        assert.deepEqual(report, { code: 1, error: "thrown on purpose" });
      });

      it("is terminated", async () => {
        assert.deepEqual(await endWorker(state, "terminate"), { code: 1, error: null });
      });
    });
  }
});
