import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { truncate, copyFile, mkdir, stat, writeFile } from "node:fs/promises";
import {
  AbstractLLMError,
  HuggingFaceProvider,
  InvalidParameterError,
  InvalidRequestError,
  ModelLoadingError,
  ModelNotFoundError,
  UnsupportedFeatureError,
} from "../../src/index.js";
import { checkpointPath } from "../helpers/checkpoints.js";
import { gallery } from "../helpers/gallery.js";
import { EMBEDDED_MODEL, useEmbeddedGguf, useTempFolder } from "../helpers/gguf.js";
import { DEFAULTS, useProvider, withProvider } from "../helpers/provider.js";
import { assertAnswers } from "../helpers/reference.js";
import { rejectionOf } from "../helpers/rejection.js";

describe("a call that makes no sense", () => {
  const llm = useProvider();

  for (const [title, input] of [
    ["no input", undefined],
    ["null", null],
    ["an empty prompt", ""],
    ["a number", 7],
    ["an object", { role: "user", content: "Hello" }],
    ["no messages", []],
    ["a message that is a string", ["Hello"]],
    ["an unknown role", [{ role: "robot", content: "Hello" }]],
    ["no content", [{ role: "user" }]],
    ["content of a wrong type", [{ role: "user", content: 7 }]],
    ["no parts", [{ role: "user", content: [] }]],
    ["a part without a type", [{ role: "user", content: [{ text: "Hello" }] }]],
    ["an unknown key", [{ role: "user", content: "Hello", colour: "red" }]],
    ["a hole in the array", new Array(1)],
  ] as const) {
    it(`is an InvalidRequestError: ${title}`, async () => {
      const run = llm().generate(input as never);
      const error = await rejectionOf(InvalidRequestError, run);
      assert.equal(error.code, "INVALID_REQUEST");
      // However it is asked for.
      assert.equal(await rejectionOf(InvalidRequestError, run.result()), error);
      assert.equal(
        await rejectionOf(InvalidRequestError, run[Symbol.asyncIterator]().next()),
        error,
      );
    });
  }

  it("is an UnsupportedFeatureError for what later versions serve", async () => {
    const video = [{ role: "user", content: [{ type: "video" }] }];
    await rejectionOf(UnsupportedFeatureError, llm().generate(video as never));
    await rejectionOf(UnsupportedFeatureError, llm().generate("Hello", { tools: [{}] }));
  });

  it("is an UnsupportedFeatureError for pictures without an encoder for them", async () => {
    const [picture] = gallery(1, 1);
    const image = picture?.file ?? Buffer.alloc(0);
    const content = [{ type: "image", image }] as const;
    await withProvider(
      async (blind) => {
        for (const run of [
          blind.generate("Hello", { files: [image] }),
          blind.generate([{ role: "user", content }]),
        ]) {
          const { message, details } = await rejectionOf(UnsupportedFeatureError, run);
          assert.equal(message, "The model takes no pictures: it takes text.");
          assert.deepEqual(details, { feature: "image" });
        }
      },
      { model: checkpointPath("llama") },
    );
  });

  it("is an InvalidParameterError for an option of a wrong value", async () => {
    for (const options of [
      { temperature: -1 },
      { temperature: NaN },
      { max_tokens: 0 },
      { max_tokens: 1.5 },
      { top_p: 0 },
      { seed: -1 },
      { seed: 2 ** 32 },
      { stop: "" },
      { grammar: "" },
      { timeout: 0 },
      { logit_bias: { fox: 1 } },
      { signal: {} },
      { onProgress: "loud" },
      { max_token: 5 },
      { n: 0 },
      { logprobs: 101 },
      { priority: NaN },
      { truncation_strategy: "right" },
    ]) {
      const [name] = Object.keys(options);
      const error = await rejectionOf(
        InvalidParameterError,
        llm().generate("Hello", options as never),
      );
      assert.equal(error.details.parameter, name);
      assert.equal(error.code, "INVALID_PARAMETER");
    }
  });

  it("does the model no harm", async () => {
    await assertAnswers(llm());
  });

  it("shows the stack of the caller", async () => {
    async function theCaller(): Promise<unknown> {
      return await rejectionOf(AbstractLLMError, llm().generate("fox ".repeat(3000)));
    }
    const error = await theCaller();
    assert.ok(error instanceof Error);
    assert.match(error.stack ?? "", /^ContextWindowExceededError: /);
    assert.match(error.stack ?? "", /theCaller/);
  });
});

describe("a model that cannot be loaded", () => {
  const folder = useTempFolder();
  const gguf = useEmbeddedGguf();

  async function loadError(model: string): Promise<AbstractLLMError> {
    const llm = new HuggingFaceProvider({ model });
    const error = await rejectionOf(AbstractLLMError, llm.generate("Hello"));
    assert.ok(error.message.includes(model) || error.message.includes("model"), error.message);
    // It may be there next time.
    const again = await rejectionOf(AbstractLLMError, llm.preload());
    assert.equal(again.code, error.code);
    assert.equal((await llm.getResourceUsage()).loaded, false);
    await llm.cleanup();
    return error;
  }

  it("is a ModelNotFoundError when there is no file", async () => {
    const error = await loadError(join(folder(), "nothing.gguf"));
    assert.ok(error instanceof ModelNotFoundError);
  });

  it("is a ModelNotFoundError when it is a folder, and names what is in it", async () => {
    const inner = join(folder(), "a folder");
    await mkdir(inner);
    assert.ok((await loadError(inner)) instanceof ModelNotFoundError);
    await writeFile(join(inner, "some.gguf"), "");
    assert.match((await loadError(inner)).message, /some\.gguf/);
  });

  it("is a ModelNotFoundError when it is a checkpoint without weights", async () => {
    const inner = join(folder(), "checkpoint");
    await mkdir(inner);
    await writeFile(join(inner, "config.json"), "{}");
    const error = await loadError(inner);
    assert.ok(error instanceof ModelNotFoundError);
    assert.match(error.message, /neither model\.safetensors nor/);
  });

  it("is a ModelNotFoundError when it is one file of a checkpoint, and names the folder", async () => {
    for (const name of ["model.safetensors", "config.json", "tokenizer.json"]) {
      const error = await loadError(join(EMBEDDED_MODEL, name));
      assert.ok(error instanceof ModelNotFoundError);
      assert.ok(error.message.endsWith(`Name its folder: ${EMBEDDED_MODEL}`), error.message);
    }
  });

  for (const [title, bytes] of [
    ["empty", ""],
    ["of another kind", "PK\u0003\u0004 this is not a model"],
    ["nothing but a magic number", "GGUF"],
  ] as const) {
    it(`is a ModelLoadingError when the file is ${title}`, async () => {
      const file = join(folder(), "bad.gguf");
      await writeFile(file, bytes);
      const error = await loadError(file);
      assert.ok(error instanceof ModelLoadingError);
      assert.equal(error.details.path, file);
    });
  }

  it("is a ModelLoadingError wherever the file is cut off", async () => {
    const file = join(folder(), "cut.gguf");
    const whole = (await stat(gguf())).size;
    for (const size of [8, 24, 100, 4096, 40_000, Math.trunc(whole / 2), whole - 1]) {
      await copyFile(gguf(), file);
      await truncate(file, size);
      assert.ok((await loadError(file)) instanceof ModelLoadingError, String(size));
    }
  });

  it("may be named by its URL", async () => {
    for (const model of [pathToFileURL(EMBEDDED_MODEL), pathToFileURL(EMBEDDED_MODEL).href]) {
      await withProvider(assertAnswers, { model });
    }
  });

  it("loads once the file is there", async () => {
    const model = join(folder(), "late.gguf");
    const llm = new HuggingFaceProvider({ ...DEFAULTS, model });
    await rejectionOf(ModelNotFoundError, llm.generate("Hello"));
    await copyFile(gguf(), model);
    await assertAnswers(llm);
    await llm.cleanup();
  });
});
