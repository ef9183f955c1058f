import assert from "node:assert/strict";
import { homedir } from "node:os";
import { join } from "node:path";
import { resolveProviderConfig } from "../../../src/config/resolve.js";
import { PLAIN_WEIGHTS } from "../../../src/config/weights.js";
import { cacheFolder } from "../../../src/runtime/checkpoint-cache.js";
import {
  assertWeightsStay,
  defaultContext,
  findCheckpoint,
} from "../../../src/runtime/checkpoint.js";
import { locateModel } from "../../../src/runtime/locate-model.js";
import { UnsupportedFeatureError } from "../../../src/errors.js";
import { checkpointPath } from "../../helpers/checkpoints.js";
import { EMBEDDED_MODEL } from "../../helpers/gguf.js";
import { catchError } from "../config/catch-error.js";
import { planOf, readFixture } from "../checkpoint/fixture.js";

const STAY = PLAIN_WEIGHTS;

describe("a model option", () => {
  it("means a checkpoint where a folder has a configuration, and no GGUF file alone", async () => {
    assert.equal(await findCheckpoint(checkpointPath("llama")), checkpointPath("llama"));
    assert.equal(await findCheckpoint(checkpointPath("qwen3")), checkpointPath("qwen3"));
    for (const model of ["nowhere", "models/ember/model.safetensors", "src"]) {
      assert.equal(await findCheckpoint(model), undefined, model);
    }
  });

  it("means the embedded checkpoint when it is left out", async () => {
    const { hub } = resolveProviderConfig({});
    const locating = { hub, signal: new AbortController().signal };
    const embedded = await locateModel(undefined, locating);
    assert.deepEqual(embedded, { path: EMBEDDED_MODEL, isCheckpoint: true });
    assert.deepEqual(await locateModel("models/ember", locating), embedded);
  });
});

describe("options about weights", () => {
  it("are refused by name for a GGUF file, unless they ask for nothing", () => {
    assertWeightsStay(STAY, "a.gguf");
    for (const [parameter, change] of [
      ["torch_dtype", { dtype: "float16" }],
      ["quantization", { quantization: "q8_0" }],
      ["load_in_8bit", { quantization: "q8_0", quantizedBy: "load_in_8bit" }],
      ["adapter", { adapters: ["lora"] }],
    ] as const) {
      const error = catchError(UnsupportedFeatureError, () => {
        assertWeightsStay({ ...STAY, ...change }, "a.gguf");
      });
      assert.equal(error.details.parameter, parameter);
    }
  });
});

describe("the context of a checkpoint", () => {
  it("is the original one with longrope, and the engine's default otherwise", async () => {
    assert.equal(defaultContext(planOf(await readFixture("phi3-longrope"))), 256);
    for (const name of ["llama", "llama-yarn", "llama3", "phi3"]) {
      assert.equal(defaultContext(planOf(await readFixture(name))), 0, name);
    }
  });
});

describe("the cache folder", () => {
  it("is where the system keeps what can be made again", () => {
    const home = homedir();
    assert.equal(cacheFolder("linux", {}), join(home, ".cache", "abstractllm"));
    assert.equal(cacheFolder("linux", { XDG_CACHE_HOME: "" }), join(home, ".cache", "abstractllm"));
    assert.equal(cacheFolder("linux", { XDG_CACHE_HOME: "/c" }), join("/c", "abstractllm"));
    assert.equal(cacheFolder("darwin", {}), join(home, "Library", "Caches", "abstractllm"));
    const local = cacheFolder("win32", { LOCALAPPDATA: "L" });
    assert.equal(local, join("L", "abstractllm", "cache"));
  });
});
