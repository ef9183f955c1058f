import assert from "node:assert/strict";
import { HuggingFaceProvider, RequestTimeoutError } from "../../src/index.js";
import { abortOn } from "../helpers/abort-on.js";
import { DEFAULTS, withProvider } from "../helpers/provider.js";
import { answerTo, assertAnswers } from "../helpers/reference.js";
import { rejection, rejectionOf } from "../helpers/rejection.js";

describe("aborting while the model loads", () => {
  it("rejects preload(), which works when it is called again", async () => {
    await withProvider(async (llm) => {
      const { options, reason } = abortOn("load");
      assert.equal(await rejection(llm.preload(options)), reason);
      assert.equal((await llm.getResourceUsage()).loaded, false);
      await llm.preload();
      assert.equal((await llm.getResourceUsage()).loaded, true);
      await assertAnswers(llm);
    });
  });

  it("rejects any call, and the next one loads anew", async () => {
    await withProvider(async (llm) => {
      for (const call of [
        (options: object) => llm.generate("Hello", options),
        (options: object) => llm.tokenize("Hello", options),
        (options: object) => llm.score("Hello", options),
      ]) {
        const { options, reason } = abortOn("load");
        assert.equal(await rejection(call(options)), reason);
        assert.equal((await llm.getResourceUsage()).loaded, false);
      }
      await assertAnswers(llm);
    });
  });

  it("rejects only the call that was aborted when others wait, too", async () => {
    await withProvider(async (llm) => {
      const { options, reason } = abortOn("load");
      const [aborted, answered] = await Promise.allSettled([
        llm.generate("Hello", options),
        llm.generate("Hello"),
      ]);
      assert.equal(aborted.status === "rejected" && aborted.reason, reason);
      assert.equal(answered.status === "fulfilled" && answered.value, answerTo("Hello"));
    });
  });

  it("before anything was read", async () => {
    const llm = new HuggingFaceProvider(DEFAULTS);
    const controller = new AbortController();
    const call = llm.preload({ signal: controller.signal });
    controller.abort();
    assert.equal(await rejection(call), controller.signal.reason);
    await assertAnswers(llm);
    await llm.cleanup();
  });

  it("again and again", async () => {
    await withProvider(async (llm) => {
      for (let i = 0; i < 20; ++i) {
        const { options, reason } = abortOn("load");
        assert.equal(await rejection(llm.preload(options)), reason);
      }
      await assertAnswers(llm);
    });
  });

  it("counts for a timeout, which includes loading", async () => {
    await withProvider(async (llm) => {
      // Shorter than reading the file can take.
      await rejectionOf(RequestTimeoutError, llm.generate("Hello", { timeout: 1e-6 }));
      await assertAnswers(llm);
    });
  });
});
