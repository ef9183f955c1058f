import assert from "node:assert/strict";
import fc from "fast-check";
import { GENERATION_DEFAULTS } from "../../../src/config/defaults.js";
import {
  resolveCallOptions,
  resolveClassifyOptions,
  resolveGenerateOptions,
  resolveProviderConfig,
  toNativeSampling,
} from "../../../src/config/resolve.js";
import type { ProviderOptions } from "../../../src/config/types.js";
import { ModelParameter } from "../../../src/enums.js";
import { InvalidParameterError } from "../../../src/errors.js";

describe("resolveProviderConfig", () => {
  it("is complete without any option", () => {
    assert.deepEqual(resolveProviderConfig(undefined), {
      model: undefined,
      hub: { cache_dir: undefined, token: undefined, revision: undefined, local_files_only: false },
      context_window: undefined,
      threads: undefined,
      kv_cache_tokens: undefined,
      cache_type_k: undefined,
      cache_type_v: undefined,
      use_flash_attention: "auto",
      draft_model: undefined,
      mmproj: undefined,
      max_queue: 1024,
      weights: { dtype: "auto", quantization: "none", quantizedBy: "quantization", adapters: [] },
      placement: { device_map: "auto", max_memory: {}, keep_alive: Infinity },
      logger: undefined,
      log_level: "warn",
      generation: GENERATION_DEFAULTS,
    });
  });

  it("takes constants and names alike", () => {
    const options: ProviderOptions = {
      [ModelParameter.MODEL]: "owner/name",
      [ModelParameter.TEMPERATURE]: 0,
      context_window: 4096,
    };
    const config = resolveProviderConfig(options);
    assert.equal(config.model, "owner/name");
    assert.equal(config.context_window, 4096);
    assert.equal(config.generation.temperature, 0);
    assert.equal(config.generation.max_tokens, 2048);
  });

  it("keeps what was said of the cache and the queue", () => {
    const cache = {
      kv_cache_tokens: 65_536,
      cache_type_k: "q8_0",
      cache_type_v: "q4_0",
      use_flash_attention: true,
      draft_model: "small.gguf",
      max_queue: 1,
    } as const;
    assert.deepEqual({ ...resolveProviderConfig(cache), ...cache }, resolveProviderConfig(cache));
  });

  it("is frozen throughout, and shares nothing with what was given", () => {
    const stop = ["a"];
    const config = resolveProviderConfig({ stop, logit_bias: { 2: 1 } });
    stop.push("b");
    assert.deepEqual(config.generation.stop, ["a"]);
    const { generation } = config;
    for (const part of [config, generation, generation.stop, generation.logit_bias]) {
      assert.ok(Object.isFrozen(part));
    }
    assert.ok(Object.isFrozen(generation.logit_bias[0]));
    assert.ok(Object.isFrozen(generation.dry_sequence_breakers));
  });

  it("calls the methods of a logger as methods, and skips those that it lacks", () => {
    const lines: string[] = [];
    const logger = {
      prefix: "> ",
      warn(message: string) {
        lines.push(this.prefix + message);
      },
    };
    const sink = resolveProviderConfig({ logger }).logger;
    sink?.("warn", "careful");
    sink?.("error", "lost");
    assert.deepEqual(lines, ["> careful"]);

    const log = (level: string, message: string): void => void lines.push(level + message);
    resolveProviderConfig({ logger: log }).logger?.("info", "!");
    assert.deepEqual(lines, ["> careful", "info!"]);
  });
});

describe("resolveGenerateOptions", () => {
  it("puts the call over the constructor over the defaults", () => {
    const config = resolveProviderConfig({ temperature: 0.2, top_k: 5, stop: "x" });
    const options = resolveGenerateOptions(config, { top_k: 7, seed: undefined });
    assert.equal(options.temperature, 0.2);
    assert.equal(options.top_k, 7);
    assert.equal(options.top_p, 0.95);
    assert.deepEqual(options.stop, ["x"]);
    assert.deepEqual(resolveGenerateOptions(config, { stop: [] }).stop, []);
    assert.ok(Object.isFrozen(options));
  });

  it("leaves the constructor's options as they were", () => {
    const config = resolveProviderConfig({ temperature: 0.2 });
    resolveGenerateOptions(config, { temperature: 1 });
    assert.equal(resolveGenerateOptions(config, {}).temperature, 0.2);
  });

  it("passes the signal and the listener on as they are", () => {
    const { signal } = new AbortController();
    const onProgress = (): void => undefined;
    const config = resolveProviderConfig({});
    const options = resolveGenerateOptions(config, { signal, onProgress, stream: true });
    assert.equal(options.signal, signal);
    assert.equal(options.onProgress, onProgress);
    assert.equal(options.stream, true);
    assert.equal(resolveGenerateOptions(config, undefined).stream, false);
  });

  it("makes stop strings a list of different, well-formed ones", () => {
    const { stop } = resolveGenerateOptions(resolveProviderConfig({}), {
      stop: ["a", "b", "a", "\ud800"],
    });
    assert.deepEqual(stop, ["a", "b", "\ufffd"]);
  });

  it("gives every valid number back unchanged", () => {
    const config = resolveProviderConfig({});
    const valid = fc.record({
      temperature: fc.double({ min: 0, max: 100, noNaN: true }),
      top_k: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      min_p: fc.double({ min: 0, max: 1, noNaN: true }),
      frequency_penalty: fc.double({ min: -2, max: 2, noNaN: true }),
      seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    });
    fc.assert(
      fc.property(valid, (options) => {
        assert.deepEqual(
          { ...resolveGenerateOptions(config, options), ...options },
          {
            ...config.generation,
            files: [],
            signal: undefined,
            onProgress: undefined,
            stream: false,
            ...options,
          },
        );
        const resolved = resolveGenerateOptions(config, options);
        for (const [name, value] of Object.entries(options)) {
          assert.equal(resolved[name as keyof typeof options], value);
        }
      }),
    );
  });
});

describe("resolveCallOptions", () => {
  it("takes a signal and a listener and nothing else", () => {
    const { signal } = new AbortController();
    assert.deepEqual(resolveCallOptions({ signal }), { signal, onProgress: undefined });
    assert.deepEqual(resolveCallOptions(undefined), { signal: undefined, onProgress: undefined });
    assert.throws(() => resolveCallOptions({ max_tokens: 5 }), InvalidParameterError);
  });
});

describe("toNativeSampling", () => {
  it("carries every sampling option under its native name", () => {
    const { generation } = resolveProviderConfig({
      temperature: 0.11,
      top_k: 2,
      top_p: 0.13,
      min_p: 0.14,
      typical_p: 0.15,
      repetition_penalty: 1.6,
      frequency_penalty: 1.7,
      presence_penalty: 1.8,
      penalty_last_n: 9,
      dry_multiplier: 1.1,
      dry_base: 1.11,
      dry_allowed_length: 12,
      dry_penalty_last_n: 13,
      dry_sequence_breakers: ["14"],
      xtc_probability: 0.15,
      xtc_threshold: 0.16,
      mirostat: 2,
      mirostat_tau: 1.8,
      mirostat_eta: 1.9,
      logit_bias: { 30: 1, 4: false, "5": -2.5 },
      grammar: "root ::= 22",
    });
    assert.deepEqual(toNativeSampling(generation, 21), {
      temperature: 0.11,
      topK: 2,
      topP: 0.13,
      minP: 0.14,
      typicalP: 0.15,
      repeatPenalty: 1.6,
      frequencyPenalty: 1.7,
      presencePenalty: 1.8,
      penaltyLastN: 9,
      dryMultiplier: 1.1,
      dryBase: 1.11,
      dryAllowedLength: 12,
      dryPenaltyLastN: 13,
      drySequenceBreakers: ["14"],
      xtcProbability: 0.15,
      xtcThreshold: 0.16,
      mirostat: 2,
      mirostatTau: 1.8,
      mirostatEta: 1.9,
      logitBias: [
        [4, -Infinity],
        [5, -2.5],
        [30, 1],
      ],
      seed: 21,
      grammar: "root ::= 22",
    });
  });

  it("writes what is absent as C++ expects it", () => {
    const native = toNativeSampling(resolveProviderConfig({}).generation, 7);
    assert.equal(native.grammar, "");
    assert.deepEqual(native.logitBias, []);
    for (const [name, value] of Object.entries(native)) assert.notEqual(value, undefined, name);
  });
});

describe("resolveClassifyOptions", () => {
  it("refuses what would have no effect", () => {
    const refused = [
      { labels: ["a"], function_to_apply: "none" },
      { hypothesis_template: "About {}." },
    ];
    for (const options of refused) {
      assert.throws(
        () => resolveClassifyOptions(options),
        (error) => {
          assert.ok(error instanceof InvalidParameterError);
          assert.equal(error.details.parameter, Object.keys(options).at(-1));
          return true;
        },
      );
    }
    const { labels } = resolveClassifyOptions({ labels: ["a"], hypothesis_template: "About {}." });
    assert.deepEqual(labels, ["a"]);
  });
});
