import assert from "node:assert/strict";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  inspectModel,
  InvalidParameterError,
  ModelLoadingError,
  ModelNotFoundError,
  UnsupportedModelError,
} from "../../src/index.js";
import { checkpointPath, withChangedCheckpoint } from "../helpers/checkpoints.js";
import { EMBEDDED_MODEL, useEmbeddedGguf, useTempFolder } from "../helpers/gguf.js";
import { writeGguf } from "../helpers/gguf-writer.js";
import { rejectionOf } from "../helpers/rejection.js";

describe("inspectModel", () => {
  const folder = useTempFolder();
  const gguf = useEmbeddedGguf();

  it("tells what a file says about itself", async () => {
    const model = await inspectModel(gguf());
    assert.equal(model.path, gguf());
    assert.equal(model.size_bytes, (await stat(gguf())).size);
    assert.equal(model.name, undefined);
    assert.equal(model.architecture, "llama");
    assert.equal(model.context_length, 1024);
    assert.equal(model.vocabulary_size, 1232);
    assert.equal(model.tensors.length, 47);
  });

  it("tells the same of a checkpoint, whose weights are what they are", async () => {
    const { path, size_bytes, name, tensor_types, ...model } = await inspectModel(EMBEDDED_MODEL);
    assert.equal(path, EMBEDDED_MODEL);
    assert.equal(size_bytes, (await stat(join(EMBEDDED_MODEL, "model.safetensors"))).size);
    assert.equal(name, "ember");
    assert.deepEqual(
      tensor_types.map(({ type }) => type),
      ["bf16", "f32"],
    );
    const file = await inspectModel(gguf());
    assert.equal(model.parameter_count, file.parameter_count);
    assert.equal(model.chat_template, file.chat_template);
    assert.deepEqual(model.tokenizer, file.tokenizer);
    assert.deepEqual(
      model.tensors.map(({ name: tensor, shape }) => [tensor, shape]),
      file.tensors.map(({ name: tensor, shape }) => [tensor, shape]),
    );
  });

  it("reads arrays of a few numbers, and describes the others", async () => {
    const file = join(folder(), "arrays.gguf");
    const short = [1, -2, 3];
    const long = Array.from({ length: 17 }, (_, index) => index);
    const texts = ["a", "b"];
    await writeGguf(
      file,
      {
        "general.architecture": { text: "clip" },
        short: { i32s: short },
        long: { i32s: long },
        texts: { texts },
      },
      [],
    );
    const { metadata } = await inspectModel(file);
    assert.deepEqual(metadata["short"], { type: "i32", length: 3, values: short });
    assert.deepEqual(metadata["long"], { type: "i32", length: 17 });
    assert.deepEqual(metadata["texts"], { type: "str", length: 2 });
  });

  it("takes a model as the provider does", async () => {
    const model = await inspectModel();
    assert.deepEqual(await inspectModel(pathToFileURL(EMBEDDED_MODEL)), model);
    assert.deepEqual(await inspectModel(pathToFileURL(EMBEDDED_MODEL).href), model);
  });

  it("rejects what is no name, no file or no model", async () => {
    for (const model of [5, null, "", {}]) {
      const error = await rejectionOf(InvalidParameterError, inspectModel(model as never));
      assert.equal(error.details.parameter, "model");
    }
    const missing = join(folder(), "missing.gguf");
    const error = await rejectionOf(ModelNotFoundError, inspectModel(missing));
    assert.deepEqual(error.details, { model: missing, path: missing });
    const foreign = join(folder(), "foreign.gguf");
    await writeFile(foreign, "<html>");
    assert.equal(
      (await rejectionOf(ModelLoadingError, inspectModel(foreign))).details.path,
      foreign,
    );
  });

  it("rejects a checkpoint that cannot be loaded", async () => {
    const unknown = { "config.json": { architectures: ["ZzzForCausalLM"] } };
    await withChangedCheckpoint(checkpointPath("llama"), unknown, async (copy) => {
      const error = await rejectionOf(UnsupportedModelError, inspectModel(copy));
      assert.equal(error.details.path, join(copy, "config.json"));
    });
    await withChangedCheckpoint(checkpointPath("llama"), {}, async (copy) => {
      await writeFile(join(copy, "tokenizer.json"), "{}");
      await rejectionOf(ModelLoadingError, inspectModel(copy));
    });
  });
});
