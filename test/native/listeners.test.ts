import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import {
  HuggingFaceProvider,
  inspectModel,
  type LogLevel,
  type Progress,
  type ProviderOptions,
} from "../../src/index.js";
import { LONG_PROMPT } from "../helpers/endless.js";
import { useEmbeddedGguf, useTempFolder } from "../helpers/gguf.js";
import { DEFAULTS, useProvider, withProvider } from "../helpers/provider.js";
import { answerTo, assertAnswers } from "../helpers/reference.js";
import { rejection } from "../helpers/rejection.js";

function assertRises(progress: readonly Progress[], stage: string): void {
  const steps = progress.filter((step) => step.stage === stage);
  assert.ok(steps.length > 0, `no progress of ${stage}`);
  for (const [i, { done, total }] of steps.entries()) {
    assert.ok(done > (steps[i - 1]?.done ?? -1) && done <= total, `${String(done)} of ${stage}`);
    assert.equal(total, steps[0]?.total);
  }
  assert.equal(steps.at(-1)?.done, steps.at(-1)?.total);
}

describe("onProgress", () => {
  const llm = useProvider();

  it("follows loading and prompt processing to their ends", async () => {
    await withProvider(async (fresh) => {
      const progress: Progress[] = [];
      await fresh.generate(LONG_PROMPT, {
        max_tokens: 1,
        onProgress: (step) => progress.push(step),
      });
      assertRises(progress, "load");
      assertRises(progress, "prefill");
      const stages = progress.map(({ stage }) => stage);
      assert.ok(stages.lastIndexOf("load") < stages.indexOf("prefill"));
    });
  });

  it("counts the tokens of the prompt", async () => {
    await llm().preload();
    const progress: Progress[] = [];
    const { usage } = await llm()
      .generate(LONG_PROMPT, { max_tokens: 1, onProgress: (step) => progress.push(step) })
      .result();
    assert.deepEqual(
      progress.map(({ done, total }) => [done, total]),
      [
        [0, usage.prompt_tokens],
        [512, usage.prompt_tokens],
        [usage.prompt_tokens, usage.prompt_tokens],
      ],
    );
  });

  it("counts the bytes of the model", async () => {
    await withProvider(async (fresh) => {
      const progress: Progress[] = [];
      await fresh.preload({ onProgress: (step) => progress.push(step) });
      const { tensors } = await inspectModel();
      const bytes = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
      const [total, ...others] = new Set(progress.map((step) => step.total));
      assert.deepEqual(others, []);
      assert.ok(total !== undefined && total >= bytes, String(total));
    });
  });

  it("does not report loading to calls that find the model loaded", async () => {
    await llm().preload();
    const progress: Progress[] = [];
    await llm().preload({ onProgress: (step) => progress.push(step) });
    assert.deepEqual(progress, []);
  });

  it("that throws rejects its call with what it threw, and no other", async () => {
    await llm().preload();
    const reason = new Error("cannot draw");
    const [bad, good] = await Promise.allSettled([
      llm().generate("Hello", {
        onProgress: () => {
          throw reason;
        },
      }),
      llm().generate("Hello"),
    ]);
    assert.equal(bad.status === "rejected" && bad.reason, reason);
    assert.equal(good.status === "fulfilled" && good.value, answerTo("Hello"));
  });

  it("that throws while loading rejects its call only, and the others load on", async () => {
    await withProvider(async (fresh) => {
      const reason = new Error("cannot draw");
      const onProgress = (): never => {
        throw reason;
      };
      const calls = [
        fresh.generate("Hello", { onProgress }),
        fresh.preload({ onProgress }),
        fresh.generate("Hello"),
      ];
      const [first, second, third] = await Promise.allSettled(calls);
      assert.equal(first?.status === "rejected" && first.reason, reason);
      assert.equal(second?.status === "rejected" && second.reason, reason);
      assert.equal(third?.status === "fulfilled" && third.value, answerTo("Hello"));
    });
  });

  it("that throws while loading stops the loading when nobody else waits", async () => {
    await withProvider(async (fresh) => {
      const reason = new Error("cannot draw");
      const onProgress = (): never => {
        throw reason;
      };
      assert.equal(await rejection(fresh.preload({ onProgress })), reason);
      await assertAnswers(fresh);
    });
  });

  it("may call the provider", async () => {
    await withProvider(async (fresh) => {
      const inner: PromiseLike<string>[] = [];
      const onProgress = (): void => {
        if (inner.length === 0) inner.push(fresh.generate("Hello"));
      };
      const text = await fresh.generate("Hello", { onProgress });
      assert.equal(text, answerTo("Hello"));
      assert.deepEqual(await Promise.all(inner), [text]);
    });
  });
});

describe("logger", () => {
  const folder = useTempFolder();
  const gguf = useEmbeddedGguf();
  type Line = readonly [LogLevel, string];
  const LEVELS: readonly LogLevel[] = ["error", "warn", "info", "debug"];

  async function linesAt(log_level: LogLevel): Promise<Line[]> {
    const lines: Line[] = [];
    const logger = (level: LogLevel, message: string): void => {
      lines.push([level, message]);
    };
    await withProvider(assertAnswers, { logger, log_level });
    return lines;
  }

  it("gets the engine's lines, down to its level and no further", async () => {
    for (const [i, level] of LEVELS.entries()) {
      const lines = await linesAt(level);
      assert.ok(lines.every(([own]) => LEVELS.indexOf(own) <= i));
      if (level === "debug") assert.ok(lines.length > 0);
      for (const [, message] of lines) assert.ok(message !== "" && !message.endsWith("\n"));
    }
  });

  it("hears of a context window far beyond that of the training, and only as a warning", async () => {
    const warnings = async (options: ProviderOptions): Promise<string[]> => {
      const lines: Line[] = [];
      const logger = (level: LogLevel, message: string): void => {
        lines.push([level, message]);
      };
      await withProvider((fresh) => fresh.preload(), { logger, ...options });
      const ours = lines.filter(([, message]) => message.startsWith("context_window is"));
      assert.ok(ours.every(([level]) => level === "warn"));
      return ours.map(([, message]) => message);
    };
    const [warning, ...others] = await warnings({ context_window: 4096 });
    assert.match(warning ?? "", /is 4096, .+ trained with 1024 tokens/);
    assert.deepEqual(others, []);
    assert.deepEqual(await warnings({ context_window: 4096, log_level: "error" }), []);
    assert.deepEqual(await warnings({}), []);
  });

  it("may be an object, whose methods are called on it", async () => {
    class Log {
      readonly lines: string[] = [];
      info(message: string): void {
        this.lines.push(message);
      }
    }
    const logger = new Log();
    await withProvider(assertAnswers, { logger, log_level: "debug" });
    assert.ok(logger.lines.length > 0);
  });

  it("hears of its own provider only", async () => {
    const lines: string[] = [];
    const logger = (_: LogLevel, message: string): void => {
      lines.push(message);
    };
    const model = join(folder(), "another.gguf");
    await copyFile(gguf(), model);
    const loud = new HuggingFaceProvider({
      ...DEFAULTS,
      model: gguf(),
      logger,
      log_level: "debug",
    });
    await Promise.all([assertAnswers(loud), withProvider(assertAnswers, { model })]);
    await loud.cleanup();
    assert.ok(lines.some((line) => line.includes(gguf())));
    assert.ok(!lines.some((line) => line.includes("another.gguf")));
  });
});
