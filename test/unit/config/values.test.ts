import assert from "node:assert/strict";
import fc from "fast-check";
import { schemaOf } from "../../../src/config/schema.js";
import type { OptionName } from "../../../src/config/options.js";
import { resolveGenerateOptions, resolveProviderConfig } from "../../../src/config/resolve.js";
import { InvalidParameterError } from "../../../src/errors.js";
import { catchError } from "./catch-error.js";

const CONFIG = resolveProviderConfig({});
const INTEGER_LIMIT = 2147483647;

/** Values at the edges: what has to pass, and what must not. */
const EDGES: Partial<Record<OptionName, { ok: unknown[]; bad: unknown[] }>> = {
  model: { ok: ["owner/name", "./a b/\u00e4.gguf"], bad: ["", "  ", "a\0b", 5] },
  cache_dir: { ok: ["./models", "~/models"], bad: ["", 5, "a\0b"] },
  token: { ok: ["hf_abc", true, false], bad: ["", "two words", "a\nb", 5] },
  revision: { ok: ["main", "refs/pr/1"], bad: ["", 5] },
  local_files_only: { ok: [true, false], bad: ["yes", 0] },
  context_window: { ok: [1, INTEGER_LIMIT], bad: [0, 1.5, INTEGER_LIMIT + 1, "8192"] },
  threads: { ok: [1, 512], bad: [0, 513, 2.5] },
  kv_cache_tokens: { ok: [1, INTEGER_LIMIT], bad: [0, 1.5, "8192"] },
  cache_type_k: { ok: ["f32", "f16", "bf16", "q8_0", "q4_0"], bad: ["q8", "float16", 8] },
  cache_type_v: { ok: ["q5_0", "q5_1", "q4_1"], bad: ["", null, "Q8_0"] },
  use_flash_attention: { ok: [true, false, "auto"], bad: ["yes", "true", 1] },
  draft_model: { ok: ["small.gguf", new URL("file:///small.gguf")], bad: ["", 5] },
  max_queue: { ok: [1, 2 ** 20], bad: [0, 2 ** 20 + 1, Infinity] },
  logger: {
    ok: [console, { error: () => undefined }, () => undefined],
    bad: [{}, [], "console", { warn: 1 }, { warning: () => undefined }],
  },
  log_level: { ok: ["error", "debug"], bad: ["trace", "", 0] },
  temperature: { ok: [0, 0.7, 100], bad: [-0.01, 100.1, "0.7", true] },
  max_tokens: { ok: [1, INTEGER_LIMIT], bad: [0, -1, 0.5, INTEGER_LIMIT + 1] },
  top_k: { ok: [0, INTEGER_LIMIT], bad: [-1, 1.5] },
  top_p: { ok: [1e-6, 1], bad: [0, 1.01, 1e-50] },
  min_p: { ok: [0, 1], bad: [-0.1, 1.1] },
  typical_p: { ok: [0.1, 1], bad: [0, 2] },
  repetition_penalty: { ok: [0.1, 1, 2], bad: [0, -1, 1e-50, 101] },
  frequency_penalty: { ok: [-2, 2], bad: [-2.1, 2.1] },
  presence_penalty: { ok: [-2, 2], bad: [-2.1, 2.1] },
  penalty_last_n: { ok: [0, 2 ** 20], bad: [-1, 2 ** 20 + 1] },
  dry_multiplier: { ok: [0, 0.8], bad: [-1] },
  dry_base: { ok: [1, 1.75], bad: [0.9] },
  dry_allowed_length: { ok: [0, 2], bad: [-1, 0.5] },
  dry_penalty_last_n: { ok: [0, 1024], bad: [-1, 2 ** 31] },
  dry_sequence_breakers: {
    ok: [[], ["\n"], ["x".repeat(40)]],
    bad: ["\n", [""], ["x".repeat(41)], ["\u00e4".repeat(21)], ["a\0"], Array(65).fill("a")],
  },
  xtc_probability: { ok: [0, 1], bad: [1.1] },
  xtc_threshold: { ok: [0, 1], bad: [-1] },
  mirostat: { ok: [0, 1, 2], bad: [3, "1", true] },
  mirostat_tau: { ok: [5], bad: [0] },
  mirostat_eta: { ok: [0.1], bad: [0] },
  logit_bias: {
    ok: [{}, { 5: 1.5, "7": -Infinity, 2147483647: false }],
    bad: [
      [],
      new Map(),
      { x: 1 },
      { "-1": 1 },
      { "01": 1 },
      { "1.5": 1 },
      { 2147483648: 1 },
      { 5: true },
      { 5: Infinity },
      { 5: NaN },
      { 5: 1e300 },
      JSON.parse('{"__proto__": 1}'),
    ],
  },
  seed: { ok: [0, 2 ** 32 - 1], bad: [-1, 2 ** 32, 1.5] },
  stop: {
    ok: ["\n", [], ["a", "b"], "x".repeat(1024)],
    bad: ["", [""], "x".repeat(1025), Array(17).fill("a"), [1], Array(1)],
  },
  grammar: { ok: ['root ::= "a"'], bad: ["", " ", "%llguidance {}", "\n%llguidance", "a\0"] },
  system_prompt: { ok: ["", "You are kind."], bad: [5, ["a"]] },
  timeout: { ok: [0.001, 60, 2147483], bad: [0, -1, 2147484, "60"] },
  apply_chat_template: { ok: [true, false], bad: ["yes", 1] },
  parse_special: { ok: [true, false], bad: ["yes", 1] },
  n: { ok: [1, 64], bad: [0, 65, 1.5, true] },
  logprobs: { ok: [true, false, 0, 100], bad: [-1, 101, 0.5, "all"] },
  prompt_lookup_num_tokens: { ok: [0, 64], bad: [-1, 65, true] },
  priority: { ok: [-100, 0.5, 100], bad: [-101, 101, "high"] },
  truncation_strategy: { ok: ["error", "left", "middle", "rolling"], bad: ["right", true] },
  stream: { ok: [true, false], bad: ["yes", 1] },
  signal: { ok: [new AbortController().signal], bad: [{}, new AbortController(), true] },
  onProgress: { ok: [() => undefined], bad: [{}, "log"] },
};

describe("the values of options", () => {
  for (const [name, { ok, bad }] of Object.entries(EDGES) as [
    OptionName,
    (typeof EDGES)[OptionName] & object,
  ][]) {
    it(`takes good values of ${name} and refuses bad ones`, () => {
      const schema = schemaOf(name);
      for (const value of ok) assert.equal(schema.safeParse(value).success, true, String(value));
      for (const value of bad) assert.equal(schema.safeParse(value).success, false, String(value));
    });
  }

  it("refuses NaN and the infinities wherever a number is meant", () => {
    for (const name of Object.keys(CONFIG.generation)) {
      for (const value of [NaN, Infinity, -Infinity]) {
        const error = catchError(InvalidParameterError, () =>
          resolveGenerateOptions(CONFIG, { [name]: value }),
        );
        assert.equal(error.details.parameter, name);
        assert.ok(Object.is(error.details.value, value));
      }
    }
  });

  it("answers anything at all with a resolved option or with our own error", () => {
    const name = fc.oneof(
      fc.constantFrom(...Object.keys(EDGES), "__proto__", "constructor"),
      fc.string(),
    );
    const value = fc.anything({ withBigInt: true, withNullPrototype: true });
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 3 }), (options) => {
        try {
          const resolved = resolveGenerateOptions(CONFIG, options);
          assert.deepEqual(
            Object.keys(resolved).sort(),
            Object.keys(resolveGenerateOptions(CONFIG, {})).sort(),
          );
        } catch (error) {
          assert.ok(error instanceof InvalidParameterError, String(error));
          // zod has its own words for all of these; users should not see them.
          assert.match(
            error.message,
            /^(?:Unknown option|Invalid value of|The option|There is no) "/,
          );
          JSON.stringify(error);
        }
      }),
      { numRuns: 500 },
    );
  });
});
