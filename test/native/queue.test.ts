import assert from "node:assert/strict";
import {
  RequestTimeoutError,
  ResourceError,
  type GenerateOptions,
  type Progress,
} from "../../src/index.js";
import { firstPiece, generateEndlessly, LONG_PROMPT } from "../helpers/endless.js";
import { useProvider, withProvider } from "../helpers/provider.js";
import { assertAnswers } from "../helpers/reference.js";
import { rejectionOf } from "../helpers/rejection.js";
import { PLACES, saturate, SATURABLE } from "../helpers/saturate.js";

describe("calls beyond those that run at once", () => {
  const llm = useProvider(SATURABLE);

  afterEach(async () => {
    await assertAnswers(llm());
    assert.equal((await llm().getResourceUsage()).queue_depth, 0);
  });

  /**
   * Submits calls while all places are taken, then frees one place. Resolves to the order
   * in which they finish, which is that of admission: there is one place for all of them.
   */
  async function finishingOrder(calls: readonly GenerateOptions[]): Promise<number[]> {
    const streams = await saturate(llm());
    const order: number[] = [];
    const answers = calls.map(async (options, i) => {
      await llm().generate("Hello", { max_tokens: 1, ...options });
      order.push(i);
    });
    // Texts are prepared in turn: when this is done, all calls are in line.
    await llm().tokenize("Hello");
    streams.pop()?.abort();
    await Promise.all(answers);
    for (const stream of streams) stream.abort();
    return order;
  }

  it("wait, and are counted", async () => {
    const streams = await saturate(llm());
    const waiting = [generateEndlessly(llm()), generateEndlessly(llm())];
    await llm().tokenize("Hello");
    const { queue_depth, active } = await llm().getResourceUsage();
    assert.deepEqual({ queue_depth, active }, { queue_depth: PLACES + 2, active: PLACES });
    for (const run of [...streams, ...waiting]) run.abort();
  });

  it("are admitted in the order in which they came", async () => {
    const admitted: number[] = [];
    const calls = Array.from({ length: 2 * PLACES }, (_, i) => {
      let isFirst = true;
      const onProgress = ({ stage }: Progress): void => {
        if (stage === "prefill" && isFirst) admitted.push(i);
        if (stage === "prefill") isFirst = false;
      };
      return llm().generate("Hello", { max_tokens: 1 + (i % 5), onProgress });
    });
    await Promise.all(calls);
    assert.deepEqual(admitted, [...calls.keys()]);
  });

  it("are served in turn when they have the same priority", async () => {
    const calls = Array.from({ length: 12 }, () => ({ priority: 3 }));
    assert.deepEqual(await finishingOrder(calls), [...calls.keys()]);
  });

  it("overtake sixteen others for each unit of priority", async () => {
    const calls = Array.from({ length: 21 }, (_, i) => ({ priority: i === 20 ? 1 : 0 }));
    const order = await finishingOrder(calls);
    assert.equal(order.indexOf(20), 5);
    assert.deepEqual(
      order.filter((i) => i !== 20),
      [...calls.keys()].slice(0, 20),
    );
  });

  it("go first when they are urgent, and last when they can wait", async () => {
    const priorities = [0, -50, 0, 0, 50];
    const order = await finishingOrder(priorities.map((priority) => ({ priority })));
    assert.deepEqual(order, [4, 0, 2, 3, 1]);
  });

  it("time out in the line, without having begun", async () => {
    const streams = await saturate(llm());
    const stages: string[] = [];
    const onProgress = ({ stage }: Progress): number => stages.push(stage);
    await rejectionOf(RequestTimeoutError, llm().generate("Hello", { timeout: 0.02, onProgress }));
    assert.deepEqual(stages, []);
    for (const stream of streams) stream.abort();
  });

  it("are not starved by streams, however long their prompts are", async () => {
    const streams = Array.from({ length: 4 }, () => generateEndlessly(llm()));
    await Promise.all(streams.map(firstPiece));
    await llm().generate(LONG_PROMPT, { max_tokens: 2 });
    assert.equal((await llm().getResourceUsage()).queue_depth, streams.length);
    for (const stream of streams) stream.abort();
  });
});

describe("max_queue", () => {
  it("bounds the unfinished calls of a provider", async () => {
    await withProvider(
      async (llm) => {
        await llm.preload();
        const runs = [generateEndlessly(llm), generateEndlessly(llm), generateEndlessly(llm)];
        const calls = [llm.generate("Hello"), llm.score("Hello"), llm.tokenize("Hello")];
        for (const call of calls) {
          const error = await rejectionOf(ResourceError, call);
          assert.equal(error.code, "RESOURCE");
          assert.equal(error.details["max_queue"], 3);
          assert.equal(error.details.remedies.length, 2);
          assert.match(error.message, /3 unfinished calls/);
        }
        for (const run of runs) run.abort();
        // An aborted call leaves the line a moment after its rejection.
        while ((await llm.getResourceUsage()).queue_depth > 0) {
          await new Promise((resolve) => setImmediate(resolve));
        }
        await assertAnswers(llm);
      },
      { max_queue: 3 },
    );
  });

  it("counts calls, not their answers", async () => {
    await withProvider(
      async (llm) => {
        const { choices } = await llm.generate("Hello", { n: 5, max_tokens: 2 }).result();
        assert.equal(choices.length, 5);
      },
      { max_queue: 1 },
    );
  });
});
