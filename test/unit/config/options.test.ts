import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { GENERATION_DEFAULTS } from "../../../src/config/defaults.js";
import { DEFERRED } from "../../../src/config/deferred.js";
import type { Replacement } from "../../../src/config/replacement.js";
import { FOREIGN_NAMES } from "../../../src/config/foreign-names.js";
import { LEGACY, replacementOf } from "../../../src/config/legacy.js";
import {
  isOptionName,
  OPTIONS,
  optionNamesAt,
  type OptionName,
} from "../../../src/config/options.js";
import { resolveProviderConfig } from "../../../src/config/resolve.js";
import { describeRule } from "../../../src/config/rules.js";
import { schemaOf } from "../../../src/config/schema.js";
import { ModelParameter } from "../../../src/enums.js";

const NAMES = Object.keys(OPTIONS) as OptionName[];

describe("the table of options", () => {
  it("has words, a place and a working schema for every option", () => {
    for (const name of NAMES) {
      assert.ok(describeRule(OPTIONS[name].rule).length > 5, name);
      assert.ok(OPTIONS[name].places.length > 0, name);
      // No option takes a symbol: a schema that does checks nothing.
      assert.equal(schemaOf(name).safeParse(Symbol("x")).success, false, name);
      assert.equal(schemaOf(name).safeParse(null).success, false, name);
    }
  });

  it("has a default for every generation option, and no others", () => {
    const generation = optionNamesAt("provider")
      .filter((name) => optionNamesAt("generate").includes(name))
      .filter((name) => !Object.hasOwn(DEFERRED, name));
    assert.deepEqual(Object.keys(GENERATION_DEFAULTS).sort(), generation.sort());
  });

  it("takes its own defaults", () => {
    for (const [name, value] of Object.entries(GENERATION_DEFAULTS) as [OptionName, unknown][]) {
      if (value === undefined || name === "logit_bias") continue;
      const result = schemaOf(name).safeParse(value);
      assert.ok(result.success, name);
      assert.deepEqual(result.data, value);
    }
  });

  it("has the options that ModelParameter names, besides functions and signals", () => {
    const named = NAMES.filter((name) => name !== "signal" && name !== "onProgress");
    assert.deepEqual(Object.values(ModelParameter).sort(), named.sort());
    for (const [key, value] of Object.entries(ModelParameter)) {
      assert.equal(key, value.toUpperCase());
    }
  });

  it("does not know names of Object.prototype", () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      assert.equal(isOptionName(name), false, name);
      assert.equal(replacementOf(name), undefined, name);
    }
  });

  it("replaces names of other APIs by options that exist", () => {
    for (const [name, { by, advice }] of [LEGACY, FOREIGN_NAMES].flatMap(
      Object.entries<Replacement>,
    )) {
      assert.equal(isOptionName(name), false, name);
      assert.equal(name, name.toLowerCase());
      assert.match(advice, /^[A-Z][^]+[.)]\.?$/, name);
      if (by === undefined || name === "load") continue;
      assert.ok(isOptionName(by), `${name}: ${by}`);
    }
  });
});

describe("the documentation of options", () => {
  const documented = new Map<string, string | undefined>();
  const files = ["types-sampling", "types-cache", "types-weights", "types-files", "types-hub"];
  files.push("types-deferred", "types-placement", "types-tokenizer", "types");
  for (const file of files) {
    const url = new URL(`../../../src/config/${file}.ts`, import.meta.url);
    const properties = /\/\*\*((?:(?!\*\/)[^])*?)\*\/\s+(\w+)\?:/g;
    for (const [, comment, name] of readFileSync(url, "utf8").matchAll(properties)) {
      if (comment === undefined || name === undefined) continue;
      documented.set(name, /@default (.+)/.exec(comment)?.[1]?.trim());
    }
  }

  it("covers every option", () => {
    assert.deepEqual([...documented.keys()].sort(), [...NAMES].sort());
  });

  it("states the defaults that apply", () => {
    const named = { seed: "a fresh random one for every call", logit_bias: "{}" };
    for (const [name, value] of Object.entries(GENERATION_DEFAULTS) as [string, unknown][]) {
      const text = documented.get(name);
      if (name in named) {
        assert.equal(text, named[name as keyof typeof named]);
      } else if (value === undefined) {
        assert.equal(text, "none", name);
      } else {
        assert.deepEqual(JSON.parse(text ?? "null"), value, name);
      }
    }
  });

  it("states the defaults of the cache", () => {
    const config = resolveProviderConfig({});
    for (const name of ["use_flash_attention", "max_queue"] as const) {
      assert.deepEqual(JSON.parse(documented.get(name) ?? "null"), config[name], name);
    }
    for (const name of ["cache_type_k", "cache_type_v"] as const) {
      assert.match(documented.get(name) ?? "", /^"f16"; "f32" where/);
      assert.equal(config[name], undefined);
    }
    assert.equal(documented.get("kv_cache_tokens"), "context_window");
  });

  it("states the defaults of the placement", () => {
    const { placement } = resolveProviderConfig({});
    assert.deepEqual(JSON.parse(documented.get("device_map") ?? "null"), placement.device_map);
    assert.deepEqual(JSON.parse(documented.get("max_memory") ?? "null"), placement.max_memory);
    assert.equal(documented.get("keep_alive"), String(placement.keep_alive));
  });

  it("states defaults for deferred options that the option itself honours", () => {
    for (const [name, option] of Object.entries(DEFERRED)) {
      const text = documented.get(name);
      if (text === undefined) continue;
      const value: unknown = text === "Infinity" ? Infinity : JSON.parse(text);
      assert.ok(option.isHonoured(value), `${name}: ${text}`);
    }
  });
});
