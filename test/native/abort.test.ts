import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { RequestTimeoutError, type Generation, type Progress } from "../../src/index.js";
import { abortOn } from "../helpers/abort-on.js";
import { firstPiece, generateEndlessly, LONG_PROMPT } from "../helpers/endless.js";
import { useProvider } from "../helpers/provider.js";
import { answerTo, assertAnswers, STORY, STORY_PROMPT } from "../helpers/reference.js";
import { rejection, rejectionOf } from "../helpers/rejection.js";

const inTheMiddle = ({ done, total }: Progress): boolean => done > 0 && done < total;

describe("aborting a call", () => {
  const llm = useProvider({ threads: 2 });

  beforeEach(async () => {
    await llm().preload();
  });
  afterEach(async () => {
    // Whatever a test did: the model answers at once, and nothing is left of the call.
    await assertAnswers(llm());
    assert.equal((await llm().getResourceUsage()).queue_depth, 0);
  });

  it("before it starts rejects with the signal's reason", async () => {
    const reason = new Error("not today");
    const signal = AbortSignal.abort(reason);
    assert.equal(await rejection(llm().generate("Hello", { signal })), reason);
    assert.equal(await rejection(llm().generate("Hello", { signal }).result()), reason);
    assert.equal(await rejection(llm().preload({ signal })), reason);
    assert.equal(await rejection(llm().tokenize("Hello", { signal })), reason);
    assert.equal(await rejection(llm().detokenize([5], { signal })), reason);
    assert.equal(await rejection(llm().countTokens("Hello", { signal })), reason);
    assert.equal(await rejection(llm().score("Hello", { signal })), reason);
  });

  it("rejects with the reason as it is, whatever it is", async () => {
    for (const reason of ["a string", 7, null, { why: "an object" }]) {
      const controller = new AbortController();
      const run = generateEndlessly(llm(), { signal: controller.signal });
      await firstPiece(run);
      controller.abort(reason);
      assert.equal(await rejection(run), reason);
    }
  });

  it("at the beginning of prompt processing", async () => {
    const { options, reason, seen } = abortOn("prefill");
    assert.equal(await rejection(llm().generate(LONG_PROMPT, options)), reason);
    assert.equal(seen.length, 1);
  });

  it("in the middle of prompt processing", async () => {
    const { options, reason, seen } = abortOn("prefill", inTheMiddle);
    assert.equal(await rejection(llm().generate(LONG_PROMPT, options)), reason);
    assert.ok(seen.every(({ done, total }) => done < total));
  });

  it("in scoring", async () => {
    for (const when of [() => true, inTheMiddle]) {
      const { options, reason } = abortOn("prefill", when);
      assert.equal(await rejection(llm().score(LONG_PROMPT, options)), reason);
    }
  });

  it("in decoding", async () => {
    const controller = new AbortController();
    const run = generateEndlessly(llm(), { signal: controller.signal });
    const pieces: string[] = [];
    const loop = (async () => {
      for await (const piece of run) {
        pieces.push(piece);
        if (pieces.length === 2) controller.abort();
      }
    })();
    const error = await rejectionOf(DOMException, loop);
    assert.equal(error.name, "AbortError");
    assert.equal(error, controller.signal.reason);
    assert.equal(pieces.length, 2);
  });

  it("in the queue, without touching the call that runs", async () => {
    const running = llm().generate(STORY_PROMPT);
    await firstPiece(running);
    const controller = new AbortController();
    const { signal } = controller;
    const queued = [
      llm().generate("Hello", { signal }),
      llm().score("Hello", { signal }),
      generateEndlessly(llm(), { signal }),
    ];
    controller.abort(new Error("changed my mind"));
    for (const reason of await Promise.all(queued.map(rejection))) {
      assert.equal(reason, signal.reason);
    }
    assert.equal(await running, STORY);
  });

  it("while its text is made into tokens", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const text = "word ".repeat(200_000);
    const calls = [llm().tokenize(text, { signal }), llm().generate(text, { signal })];
    controller.abort(new Error("too long"));
    for (const reason of await Promise.all(calls.map(rejection))) {
      assert.equal(reason, signal.reason);
    }
  });

  it("by run.abort() rejects with an AbortError, or with the reason given", async () => {
    const first = generateEndlessly(llm());
    first.abort();
    const error = await rejectionOf(DOMException, first);
    assert.equal(error.name, "AbortError");

    const second = generateEndlessly(llm());
    await firstPiece(second);
    const reason = new Error("enough");
    second.abort(reason);
    second.abort(new Error("too late"));
    assert.equal(await rejection(second), reason);
    assert.equal(await rejection(second.result()), reason);
  });

  it("by leaving a loop", async () => {
    const run = generateEndlessly(llm());
    let text = "";
    for await (const piece of run) {
      text += piece;
      break;
    }
    assert.match(text, /^l/);
    assert.equal((await rejectionOf(DOMException, run)).name, "AbortError");
  });

  it("by an error in a loop, which comes out as it is", async () => {
    const reason = new Error("in the loop");
    const run = generateEndlessly(llm());
    const loop = (async () => {
      for await (const piece of run) {
        if (piece !== "") throw reason;
      }
    })();
    assert.equal(await rejection(loop), reason);
    assert.equal((await rejectionOf(DOMException, run)).name, "AbortError");
  });

  it("does nothing when the call is over", async () => {
    const controller = new AbortController();
    const run = llm().generate("Hello", { signal: controller.signal });
    assert.equal(await run, answerTo("Hello"));
    controller.abort();
    run.abort();
    assert.equal(await run, answerTo("Hello"));
    for await (const piece of run) {
      assert.equal(piece, answerTo("Hello"));
      break;
    }
    assert.equal(await run, answerTo("Hello"));
  });

  it("a hundred times in a row", async () => {
    for (let i = 0; i < 100; ++i) {
      const run = generateEndlessly(llm());
      if (i % 3 === 0) await firstPiece(run);
      if (i % 3 === 1) await llm().tokenize("Hello");
      run.abort();
      await rejection(run);
    }
  });

  it("leaves no listener on the signal, however the call ended", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    await llm().generate("Hello", { signal });
    await llm().preload({ signal });
    await llm().tokenize("Hello", { signal });
    await rejection(llm().generate("fox ".repeat(2000), { signal }));
    assert.equal(getEventListeners(signal, "abort").length, 0);
    const run = generateEndlessly(llm(), { signal });
    await firstPiece(run);
    controller.abort();
    await rejection(run);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });

  describe("by timeout", () => {
    const assertTimeout = async (run: Generation, timeout: number): Promise<void> => {
      const error = await rejectionOf(RequestTimeoutError, run);
      assert.equal(error.code, "REQUEST_TIMEOUT");
      assert.equal(error.details["timeout"], timeout);
    };

    it("in decoding", async () => {
      await assertTimeout(generateEndlessly(llm(), { timeout: 0.05 }), 0.05);
    });

    it("beside a call that goes on", async () => {
      const running = generateEndlessly(llm());
      await assertTimeout(generateEndlessly(llm(), { timeout: 0.01 }), 0.01);
      await firstPiece(running);
      running.abort();
    });

    it("that is long enough changes nothing", async () => {
      assert.equal(await llm().generate("Hello", { timeout: 2_000_000 }), answerTo("Hello"));
    });
  });
});
