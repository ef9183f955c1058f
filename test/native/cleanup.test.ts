import assert from "node:assert/strict";
import { HuggingFaceProvider, InvalidRequestError, type Generation } from "../../src/index.js";
import { firstPiece, generateEndlessly } from "../helpers/endless.js";
import { DEFAULTS } from "../helpers/provider.js";
import { answerTo } from "../helpers/reference.js";
import { rejectionOf } from "../helpers/rejection.js";

describe("cleanup", () => {
  const provider = (): HuggingFaceProvider => new HuggingFaceProvider({ ...DEFAULTS, threads: 2 });

  /** A call that cleanup() ended says that the provider was cleaned up. */
  async function assertCleanedUp(call: PromiseLike<unknown>): Promise<void> {
    const error = await rejectionOf(InvalidRequestError, call);
    assert.equal(error.code, "INVALID_REQUEST");
    assert.match(error.message, /cleaned up/);
  }

  it("of a provider that was never used", async () => {
    const llm = provider();
    await llm.cleanup();
    await assertCleanedUp(llm.generate("Hello"));
  });

  it("before the model has begun to load ends what waits for it", async () => {
    const llm = provider();
    const calls = [llm.generate("Hello"), llm.preload(), llm.tokenize("Hello")];
    const closed = llm.cleanup();
    await Promise.all(calls.map(assertCleanedUp));
    await closed;
  });

  it("while the model loads ends what waits for it", async () => {
    const llm = provider();
    const calls: PromiseLike<unknown>[] = [];
    await new Promise<void>((resolve) => {
      calls.push(
        llm.preload({
          onProgress: () => {
            resolve();
          },
        }),
        llm.generate("Hello"),
        llm.score("Hello"),
      );
    });
    const closed = llm.cleanup();
    await Promise.all(calls.map(assertCleanedUp));
    await closed;
    assert.equal((await llm.getResourceUsage()).loaded, false);
  });

  it("while calls run and wait ends them all", async () => {
    const llm = provider();
    const running = generateEndlessly(llm);
    await firstPiece(running);
    const queued = Array.from({ length: 5 }, () => generateEndlessly(llm));
    // The long text first: the score waits behind it, however busy this thread is.
    const others = [llm.tokenize("word ".repeat(1_000_000)), llm.score("Hello")];
    const closed = llm.cleanup();
    await Promise.all([running, ...queued, ...others].map(assertCleanedUp));
    await closed;
  });

  it("keeps what was streamed before it", async () => {
    const llm = provider();
    const run = generateEndlessly(llm);
    const pieces: string[] = [];
    let closed: Promise<void> | undefined;
    const loop = (async () => {
      for await (const piece of run) {
        pieces.push(piece);
        closed ??= llm.cleanup();
      }
    })();
    await assertCleanedUp(loop);
    await closed;
    assert.match(pieces.join(""), /^l/);
  });

  it("from within a progress listener", async () => {
    const llm = provider();
    let closed: Promise<void> | undefined;
    const call = llm.generate("Hello", {
      onProgress: () => {
        closed ??= llm.cleanup();
      },
    });
    await assertCleanedUp(call);
    await closed;
  });

  it("is the same promise however often it is called", async () => {
    const llm = provider();
    await llm.preload();
    const [first, second, third] = [llm.cleanup(), llm.cleanup(), llm[Symbol.asyncDispose]()];
    assert.equal(first, second);
    assert.equal(first, third);
    await first;
    assert.equal(llm.cleanup(), first);
  });

  it("happens at the end of an await using block", async () => {
    let outer: HuggingFaceProvider;
    {
      await using llm = provider();
      outer = llm;
      assert.equal(await llm.generate("Hello"), answerTo("Hello"));
    }
    await assertCleanedUp(outer.generate("Hello"));
  });

  it("leaves other providers alone", async () => {
    const [first, second] = [provider(), provider()];
    const run = second.generate("Hello");
    await first.preload();
    await first.cleanup();
    assert.equal(await run, answerTo("Hello"));
    await second.cleanup();
  });

  it("after a load that failed or was aborted", async () => {
    const failed = new HuggingFaceProvider({ model: "./no-such-model.gguf" });
    await rejectionOf(Error, failed.preload());
    await failed.cleanup();
    await assertCleanedUp(failed.preload());

    const aborted = provider();
    await rejectionOf(Error, aborted.preload({ signal: AbortSignal.timeout(0) })).catch(() => 0);
    await aborted.cleanup();
    await assertCleanedUp(aborted.preload());
  });

  it("of many providers in every state at once", async () => {
    /** Done before it, or ended by it; but over. */
    const assertOver = async (call: Generation): Promise<void> => {
      await call.then(
        (text) => {
          assert.equal(text, answerTo("Hello"));
        },
        (error: unknown) => {
          assert.ok(InvalidRequestError.isInstance(error));
        },
      );
    };
    const lives = Array.from({ length: 8 }, async (_, i) => {
      const llm = provider();
      const over = assertOver(llm.generate("Hello"));
      if (i % 4 === 1) await llm.preload();
      if (i % 4 === 2) await firstPiece(generateEndlessly(llm));
      if (i % 4 === 3) await llm.tokenize("Hello");
      await Promise.all([over, llm.cleanup()]);
    });
    await Promise.all(lives);
  });
});
