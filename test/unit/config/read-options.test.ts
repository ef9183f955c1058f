import assert from "node:assert/strict";
import vm from "node:vm";
import { readOptions } from "../../../src/config/read-options.js";
import { InvalidParameterError, UnsupportedFeatureError } from "../../../src/errors.js";
import { catchError } from "./catch-error.js";

function refusal(options: unknown, place: "provider" | "generate" | "task" = "generate") {
  return catchError(InvalidParameterError, () => readOptions(options, place));
}

describe("invalid options", () => {
  it("names the parameter, the value and what is allowed", () => {
    const error = refusal({ temperature: -1 });
    assert.equal(
      error.message,
      'Invalid value of "temperature": -1. Allowed: a number from 0 to 100.',
    );
    assert.deepEqual(error.details, {
      parameter: "temperature",
      value: -1,
      allowed: "a number from 0 to 100",
    });
  });

  it("points at the element that is wrong", () => {
    const error = refusal({ stop: ["\n", ""] });
    assert.match(error.message, /^Invalid value of "stop"\[1\]: ""\. Allowed: a string of 1 to/);
    assert.equal(error.details.parameter, "stop");
    assert.equal(error.details.value, '["\\n", ""]');
    assert.match(refusal({ stop: ["a", 1] }).message, /^Invalid value of "stop"\[1\]: 1\./);
    assert.match(refusal({ stop: 5 }).message, /^Invalid value of "stop": 5\./);
    assert.match(refusal({ logit_bias: { 5: "x" } }).message, /^[^.]+"logit_bias"\["5"\]: "x"\./);
  });

  it("suggests the value that was probably meant", () => {
    const level = refusal({ log_level: "warning" }, "provider");
    assert.equal(level.details.nearest, "warn");
    assert.match(
      level.message,
      /Did you mean "warn"\? Allowed: "error", "warn", "info" or "debug"/,
    );
    assert.equal(refusal({ device_map: "cdua" }, "provider").details.nearest, "cuda");
    for (const [given, meant] of [
      ["q4_k", "q4_k_m"],
      ["Q5_K", "q5_k_m"],
      ["q3_k", "q3_k_m"],
      ["q8", "q8_0"],
      ["q4", "q4_0"],
    ] as const) {
      const error = refusal({ quantization: given }, "provider");
      assert.equal(error.details.nearest, meant, given);
    }
    assert.equal(refusal({ torch_dtype: "flaot16" }, "provider").details.nearest, "float16");
    assert.equal("nearest" in refusal({ torch_dtype: "int4" }, "provider").details, false);
  });

  it("suggests the name that was probably meant", () => {
    const error = refusal({ temprature: 0.7 });
    assert.match(error.message, /^Unknown option "temprature" \(0\.7\)\. Did you mean "temperat/);
    assert.equal(error.details.nearest, "temperature");
    assert.equal(error.details.value, 0.7);
    assert.equal(refusal({ maxTokens: 5 }).details.nearest, "max_tokens");
  });

  it("lists the valid names when none is near", () => {
    const error = refusal({ banana: 1 });
    assert.equal("nearest" in error.details, false);
    assert.match(error.message, /Allowed: .*temperature, max_tokens/);
  });

  it("suggests only names that belong where the option was given", () => {
    assert.equal(refusal({ modle: "x" }, "provider").details.nearest, "model");
    assert.equal(refusal({ modle: "x" }, "generate").details.nearest, undefined);
  });

  it("explains what a misspelt ModelParameter leads to", () => {
    const parameters: Record<string, string> = {};
    const error = refusal({ [String(parameters["TEMPRATURE"])]: 1 });
    assert.match(error.message, /a misspelt ModelParameter/);
  });

  it("says where an option belongs that was given elsewhere", () => {
    const model = refusal({ model: "x" }, "generate");
    assert.match(model.message, /"model" \("x"\) does not belong in generate\(\)/);
    assert.equal(model.details.allowed, "in the constructor");
    const { signal } = new AbortController();
    assert.equal(
      refusal({ signal }, "provider").details.allowed,
      "in generate(), embed(), rerank(), classify(), getCapabilities() and the other calls",
    );
    assert.match(refusal({ seed: 1 }, "task").details.allowed, /in the constructor and generate/);
  });

  it("refuses options that are not a plain object", () => {
    class Options {
      seed = 1;
    }
    for (const options of [null, [], "owner/name", 5, new Map(), new Options(), () => ({})]) {
      const error = refusal(options, "provider");
      assert.equal(error.details.parameter, "options");
      assert.match(
        error.message,
        /Allowed: a plain object, for example \{ model: "\.\/model\.gguf" \}/,
      );
    }
  });

  it("shows for each call an example that it takes", () => {
    assert.match(refusal([], "generate").message, /for example \{ max_tokens: 64 \}\.$/);
    assert.match(refusal([], "task").message, /for example \{ signal \}\.$/);
  });

  it("shows no secrets", () => {
    for (const name of ["api_key", "hfToken", "hf_token", "token", "my_secret", "accessToken"]) {
      const error = refusal({ [name]: ["hf_abc"] }, "provider");
      assert.ok(!JSON.stringify([error.message, error]).includes("hf_abc"), error.message);
    }
    const error = refusal({ token: "hf_abc\n" }, "provider");
    assert.ok(!JSON.stringify([error.message, error]).includes("hf_abc"));
    assert.equal(error.details.value, "***");
    for (const given of [
      { auth: "abcdefgh" },
      { authorization: "Bearer abcdefgh" },
      { headers: { Authorization: "Bearer abcdefgh" } },
      { fetch: { auth: { password: "abcdefgh" } } },
      { model: ["https://me:abcdefgh@example.com/a"] },
      { private_key: "abcdefgh" },
    ]) {
      const error = refusal(given, "provider");
      assert.ok(!JSON.stringify([error.message, error]).includes("abcdefgh"), error.message);
    }
    // The form of a token tells, too.
    const misspelt = refusal({ tokn: "hf_abc" }, "provider");
    assert.ok(!JSON.stringify([misspelt.message, misspelt]).includes("hf_abc"));
  });

  it("shows what only sounds like a secret", () => {
    const error = refusal({ max_token: 5 });
    assert.match(error.message, /^Unknown option "max_token" \(5\)\. Did you mean "max_tokens"\?/);
    assert.equal(error.details.value, 5);
    assert.equal(refusal({ stop_tokens: ["a"] }).details.value, '["a"]');
    assert.equal(refusal({ tokenizer: "x" }).details.value, "x");
  });
});

describe("devices of other packages", () => {
  it("are answered with the names that they have here", () => {
    for (const [given, nearest] of [
      ["gpu", "auto"],
      ["GPU", "auto"],
      ["nvidia", "cuda"],
      ["rocm", "vulkan"],
      ["cudda", "cuda"],
    ] as const) {
      const error = refusal({ device_map: given }, "provider");
      assert.equal(error.details.nearest, nearest);
      assert.ok(error.message.includes(`Did you mean "${nearest}"? Allowed: "auto", a device`));
    }
    assert.equal(refusal({ device_map: "toString" }, "provider").details.nearest, undefined);
  });
});

describe("objects with options", () => {
  it("may be absent, empty, without a prototype or of another realm", () => {
    assert.deepEqual(Object.keys(readOptions(undefined, "generate")), []);
    assert.deepEqual(Object.keys(readOptions({}, "generate")), []);
    const bare = Object.assign(Object.create(null) as object, { seed: 1 });
    assert.equal(readOptions(bare, "generate").seed, 1);
    assert.equal(readOptions(vm.runInNewContext("({ seed: 2 })"), "generate").seed, 2);
  });

  it("may have undefined values, which are as if absent", () => {
    assert.deepEqual(Object.keys(readOptions({ seed: undefined }, "generate")), []);
  });

  it("may have symbols and inherited properties, which do not count", () => {
    const symbol = { [Symbol("temperature")]: -1 };
    assert.deepEqual(Object.keys(readOptions(symbol, "generate")), []);
  });

  it("cannot reach a prototype", () => {
    const options: unknown = JSON.parse('{"__proto__": {"temperature": 5}}');
    assert.equal(refusal(options).details.parameter, "__proto__");
    for (const name of ["constructor", "toString"]) {
      assert.equal(refusal({ [name]: 1 }).details.parameter, name);
    }
    assert.equal("temperature" in {}, false);
    assert.equal("toString" in readOptions({}, "generate"), false);
  });
});

describe("options of the old API", () => {
  it("say what replaced them", () => {
    const image = refusal({ image: "a.jpg" });
    assert.equal(
      image.message,
      'There is no "image". Use files: generate(prompt, { files: ["a.jpg"] }).',
    );
    assert.equal(image.details.nearest, "files");
    assert.match(refusal({ device: "cuda" }, "provider").message, /Use device_map/);
    assert.match(refusal({ document: "a.pdf" }).message, /Use files/);
    assert.match(refusal({ max_new_tokens: 5 }).message, /Use max_tokens/);
    assert.match(refusal({ typical: 0.9 }).message, /Use typical_p/);
    assert.match(
      refusal({ load: true }, "provider").message,
      /loads on first use, or ahead of it with preload/,
    );
  });
});

describe("options of other packages", () => {
  it("say what to use here", () => {
    for (const [name, advice, nearest] of [
      ["response_format", /takes no JSON schema\. Use grammar/, "grammar"],
      ["responseFormat", /takes no JSON schema/, "grammar"],
      ["json_schema", /takes no JSON schema/, "grammar"],
      ["n_gpu_layers", /Use device_map/, "device_map"],
      ["gpuLayers", /Use device_map/, "device_map"],
      ["n_ctx", /Use context_window\. It belongs in the constructor\.$/, "context_window"],
      ["contextSize", /Use context_window\./, "context_window"],
      ["num_predict", /Use max_tokens\.$/, "max_tokens"],
      ["options", /not grouped: write \{ temperature: 0\.7/, undefined],
      ["onToken", /for await/, undefined],
    ] as const) {
      const error = refusal({ [name]: 5 });
      assert.ok(error.message.startsWith(`There is no "${name}". `), error.message);
      assert.match(error.message, advice);
      assert.equal(error.details.nearest, nearest);
      assert.equal(error.details.value, 5);
    }
  });
});

describe("options that this version does not serve in full", () => {
  const served = {
    trust_remote_code: false,
    tools: [],
  };
  const unserved = {
    trust_remote_code: [true],
    tools: [[{ name: "f" }]],
  };
  const ill = {
    tools: [{}, ["f"]],
  };

  it("accept the value that is today's behaviour", () => {
    for (const [name, value] of Object.entries(served)) {
      assert.doesNotThrow(() => readOptions({ [name]: value }, "provider"), name);
    }
    assert.doesNotThrow(() => readOptions({ tools: [] }, "generate"));
  });

  it("answer other values with what to do instead, and never ignore them", () => {
    for (const [name, values] of Object.entries(unserved)) {
      for (const value of values) {
        const error = catchError(UnsupportedFeatureError, () =>
          readOptions({ [name]: value }, "provider"),
        );
        assert.match(
          error.message,
          /is known, but this version does not serve the value .+ yet\. [A-Zs]/,
        );
        assert.equal(error.details.parameter, name);
        assert.equal(error.details.feature, name);
        if (typeof value !== "object") assert.equal(error.details.value, value);
        assert.ok(error.message.endsWith(error.details.remedies?.[0] ?? "-"));
      }
    }
  });

  it("are checked like any other first", () => {
    for (const [name, values] of Object.entries(ill)) {
      for (const value of values) {
        assert.equal(refusal({ [name]: value }, "provider").details.parameter, name);
      }
    }
  });
});

describe("files", () => {
  it("may be anything that can hold bytes", () => {
    const files = ["image.jpg", new URL("https://example.com/a.png"), new Uint8Array(1), {}];
    assert.deepEqual(readOptions({ files }, "generate").files, files);
  });

  it("are an array of them", () => {
    assert.equal(refusal({ files: "image.jpg" }).details.parameter, "files");
    assert.equal(refusal({ files: [null] }).details.parameter, "files");
  });
});
