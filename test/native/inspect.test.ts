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
