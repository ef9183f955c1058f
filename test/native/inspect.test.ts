import assert from "node:assert/strict";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  inspectModel,
  InvalidParameterError,
  ModelLoadingError,
  ModelNotFoundError,
} from "../../src/index.js";
import { EMBEDDED_MODEL, useTempFolder } from "../helpers/gguf.js";
import { writeGguf } from "../helpers/gguf-writer.js";
import { rejectionOf } from "../helpers/rejection.js";

describe("inspectModel", () => {
  const folder = useTempFolder();

  it("tells what a file says about itself", async () => {
    const model = await inspectModel(EMBEDDED_MODEL);
    assert.equal(model.path, EMBEDDED_MODEL);
    assert.equal(model.size_bytes, (await stat(EMBEDDED_MODEL)).size);
    assert.equal(model.name, "ember");
    assert.equal(model.architecture, "llama");
    assert.equal(model.context_length, 1024);
    assert.equal(model.vocabulary_size, 1232);
    assert.equal(model.tensors.length, 47);
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
});
