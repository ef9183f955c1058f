import assert from "node:assert/strict";
import { HuggingFaceProvider, ResourceError, UnsupportedFeatureError } from "../../src/index.js";
import type { ProviderOptions, Remedy, SystemRequirements } from "../../src/index.js";
import { AUDIO_CHECKPOINTS } from "../helpers/audio-checkpoints.js";
import { useEmbeddedGguf } from "../helpers/gguf.js";
import { withProvider } from "../helpers/provider.js";
import { rejection, rejectionOf } from "../helpers/rejection.js";
import { VISION_CHECKPOINTS } from "../helpers/vision-checkpoints.js";

async function check(options: ProviderOptions = {}): Promise<SystemRequirements> {
  return await withProvider((llm) => llm.checkSystemRequirements(), options);
}

async function neededFor(options: ProviderOptions = {}): Promise<number> {
  return (await check(options)).devices[0]?.needed_bytes ?? NaN;
}

describe("checkSystemRequirements", () => {
  const gguf = useEmbeddedGguf();

  it("tells what loading then takes, and loads nothing", async () => {
    for (const model of [undefined, gguf()]) {
      await withProvider(
        async (llm) => {
          const { verdict, devices, context_window, remedies } =
            await llm.checkSystemRequirements();
          assert.equal((await llm.getResourceUsage()).loaded, false);
          assert.deepEqual([verdict, context_window, remedies], ["fits", 1024, []]);
          const [cpu, ...others] = devices;
          assert.deepEqual(others, []);
          assert.ok(cpu);
          const { weights, kv_cache, compute, media, other } = cpu.parts;
          assert.equal(cpu.needed_bytes, weights + kv_cache + compute + media + other);
          await llm.preload();
          const [taken] = (await llm.getResourceUsage()).devices;
          assert.equal(taken?.kv_cache, cpu.parts.kv_cache);
          assert.equal(taken.compute, cpu.parts.compute);
        },
        model === undefined ? {} : { model },
      );
    }
  });

  it("counts what sees and what hears", async () => {
    for (const { name, path } of [...VISION_CHECKPOINTS, ...AUDIO_CHECKPOINTS]) {
      const [cpu] = (await check({ model: path })).devices;
      assert.ok((cpu?.parts.media ?? 0) > 0, name);
    }
  });

  it("says where the layers lie, also in the usage of a loaded model", async () => {
    await withProvider(async (llm) => {
      const { plan } = await llm.checkSystemRequirements();
      assert.deepEqual(plan.device_map, {
        "model.embed_tokens": "cpu",
        "model.layers.0-4": "cpu",
        lm_head: "cpu",
      });
      assert.equal(plan.reasons.length, 1);
      assert.equal((await llm.getResourceUsage()).plan, undefined);
      await llm.preload();
      assert.deepEqual((await llm.getResourceUsage()).plan, plan);
      // Its own memory does not count against it.
      assert.equal((await llm.checkSystemRequirements()).verdict, "fits");
    });
  });

  it("fails as loading does, and stops with its signal", async () => {
    const error = await rejection(check({ model: "./no-such-file.gguf" }));
    assert.equal((error as { code?: string }).code, "MODEL_NOT_FOUND");
    const reason = new Error("enough");
    await withProvider(async (llm) => {
      const aborted = llm.checkSystemRequirements({ signal: AbortSignal.abort(reason) });
      assert.equal(await rejection(aborted), reason);
      const controller = new AbortController();
      const later = llm.checkSystemRequirements({ signal: controller.signal });
      controller.abort(reason);
      assert.equal(await rejection(later), reason);
      await llm.cleanup();
      assert.match(String(await rejection(llm.checkSystemRequirements())), /cleaned up/);
    });
  });
});

describe("max_memory", () => {
  it("lets a model in that takes as much, and none that takes more", async () => {
    const context_window = 1024;
    const needed = await neededFor({ context_window });
    await withProvider((llm) => llm.generate("Hello", { max_tokens: 2 }), {
      context_window,
      max_memory: { cpu: needed },
    });
    const options = { context_window, max_memory: { cpu: needed - 1 } };
    const error = await rejectionOf(
      ResourceError,
      withProvider((llm) => llm.preload(), options),
    );
    assert.deepEqual(
      [error.details.device, error.details.needed_bytes, error.details.available_bytes],
      ["cpu", needed, needed - 1],
    );
    assert.match(error.message, /max_memory/);
  });

  it("leaves remedies that work, each by its numbers", async () => {
    const options = { context_window: 1024, kv_cache_tokens: 8192 };
    const budget = Math.floor((await neededFor(options)) * 0.9);
    const max_memory = { cpu: budget };
    const { verdict, remedies } = await check({ ...options, max_memory });
    assert.equal(verdict, "does_not_fit");
    const known = remedies.filter(({ option }) => option !== "model");
    assert.deepEqual(
      known.map(({ option }) => option),
      ["kv_cache_tokens", "cache_type_k", "quantization"],
    );
    for (const remedy of known) await assertHelps(remedy, { ...options, max_memory });
  });

  it("is kept by quantising, where weights are what is large", async () => {
    const options = { context_window: 512, torch_dtype: "float32" } as const;
    const smallest = await neededFor({ ...options, quantization: "q8_0" });
    const max_memory = { cpu: smallest };
    const { remedies } = await check({ ...options, max_memory });
    const remedy = remedies.find(({ option }) => option === "quantization");
    assert.ok(remedy);
    await assertHelps(remedy, { ...options, max_memory });
  });

  it("makes the context smaller that nobody asked for", async () => {
    const budget = await neededFor({ context_window: 512 });
    await withProvider(
      async (llm) => {
        const { context_window, plan } = await llm.checkSystemRequirements();
        assert.equal(context_window, 512);
        assert.match(plan.reasons.at(-1) ?? "", /512 tokens instead of 1024/);
        await llm.preload();
        assert.equal((await llm.getResourceUsage()).cells_total, 512);
      },
      { max_memory: { cpu: budget } },
    );
  });

  async function assertHelps(remedy: Remedy, options: ProviderOptions): Promise<void> {
    await withProvider(
      async (llm) => {
        const { verdict, devices } = await llm.checkSystemRequirements();
        assert.equal(verdict, "fits", remedy.words);
        assert.equal(devices[0]?.needed_bytes, remedy.needed_bytes, remedy.words);
        await llm.generate("Hello", { max_tokens: 2 });
      },
      { ...options, ...remedy.options },
    );
  }
});

describe("models of one process", () => {
  const context_window = 1024;

  async function budgetFor(count: number): Promise<ProviderOptions> {
    const bytes = await neededFor({ context_window });
    return { context_window, max_memory: { cpu: Math.ceil(bytes * (count + 0.5)) } };
  }

  it("share a budget: the one that was idle for longest makes room", async () => {
    const options = await budgetFor(2);
    await withProvider(async (first) => {
      await withProvider(async (second) => {
        await withProvider(async (third) => {
          await first.preload();
          await second.preload();
          await first.generate("Hello", { max_tokens: 1 });
          await third.preload();
          const loaded = await Promise.all(
            [first, second, third].map(async (llm) => (await llm.getResourceUsage()).loaded),
          );
          assert.deepEqual(loaded, [true, false, true]);
          // It comes back when it is asked, and another makes room.
          assert.ok((await second.generate("Hello", { max_tokens: 4 })).length > 0);
          assert.equal((await first.getResourceUsage()).loaded, false);
        }, options);
      }, options);
    }, options);
  });

  it("do not push out what is in use", async () => {
    const options = await budgetFor(1);
    await withProvider(async (busy) => {
      const run = busy.generate("Tell me a story.", { max_tokens: 400 });
      const pieces = run[Symbol.asyncIterator]();
      await pieces.next();
      const error = await rejectionOf(
        ResourceError,
        withProvider((llm) => llm.preload(), options),
      );
      assert.match(error.message, /of which other models take/);
      run.abort();
      await Promise.allSettled([run]);
    }, options);
  });

  it("that load at once do not count on the same memory", async () => {
    const options = await budgetFor(1);
    const models = [1, 2].map(() => new HuggingFaceProvider({ ...options, threads: 1 }));
    const answers = await Promise.allSettled(
      models.map((llm) => llm.generate("Hello", { max_tokens: 400 })),
    );
    const failed = answers.filter(({ status }) => status === "rejected");
    for (const { reason } of failed as PromiseRejectedResult[]) {
      assert.ok(reason instanceof ResourceError);
    }
    assert.ok(failed.length <= 1);
    await Promise.all(models.map((llm) => llm.cleanup()));
  });
});

describe("keep_alive", () => {
  it("frees an idle model, which the next call loads again", async () => {
    await withProvider(
      async (llm) => {
        for (let round = 0; round < 2; round++) {
          assert.ok((await llm.generate("Hello", { max_tokens: 4 })).length > 0);
          await until(async () => !(await llm.getResourceUsage()).loaded);
        }
      },
      { keep_alive: 0 },
    );
  });

  it("keeps it while calls run, and for ever by default", async () => {
    await withProvider(
      async (llm) => {
        const [one, two] = await Promise.all([
          llm.generate("Hello", { max_tokens: 1 }),
          llm.generate("Hello", { max_tokens: 64 }),
        ]);
        assert.ok(two.startsWith(one));
      },
      { keep_alive: 0 },
    );
    await withProvider(async (llm) => {
      await llm.preload();
      assert.equal((await llm.getResourceUsage()).loaded, true);
    });
  });

  /** Whoever runs this guards against hanging. */
  async function until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
  }
});

describe("device_map", () => {
  it("takes a map of modules that lie on the CPU", async () => {
    const { plan } = await check({ device_map: { "": "cpu" } });
    assert.deepEqual(plan.layers, { cpu: 5 });
    assert.match(plan.reasons[0] ?? "", /device_map says so/);
  });

  it("is refused by name where there is no such device or module", async () => {
    const options: ProviderOptions[] = [
      { device_map: "cuda:7" },
      { device_map: { "": "cpu", "model.layers.3": "vulkan:9" } },
      { device_map: { "model.layers.0": "cpu" } },
      { device_map: { "": "cpu", "model.layers.99": "cpu" } },
    ];
    const messages = [
      /no device "cuda:7"/,
      /"vulkan:9"/,
      /no device for "model.layers.1"/,
      /0 to 4/,
    ];
    for (const [index, device_map] of options.entries()) {
      const error = await rejectionOf(UnsupportedFeatureError, check(device_map));
      assert.match(error.message, messages[index] ?? /^$/);
      assert.equal(error.details.parameter, "device_map");
    }
  });
});
