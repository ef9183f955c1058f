import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import {
  AbstractLLMError,
  ModelNotFoundError,
  UnsupportedFeatureError,
} from "../../../src/errors.js";
import { resolveModelPath } from "../../../src/runtime/model-path.js";
import { EMBEDDED_MODEL, useTempFolder } from "../../helpers/gguf.js";
import { rejectionOf } from "../../helpers/rejection.js";

describe("the path of a model", () => {
  const folder = useTempFolder();

  async function failure(model: string): Promise<AbstractLLMError> {
    const error = await rejectionOf(AbstractLLMError, resolveModelPath(model));
    assert.equal(error.details["model"], model);
    return error;
  }

  async function notFound(model: string): Promise<ModelNotFoundError> {
    const error = await failure(model);
    assert.ok(error instanceof ModelNotFoundError, error.message);
    return error;
  }

  async function unsupported(model: string): Promise<UnsupportedFeatureError> {
    const error = await failure(model);
    assert.ok(error instanceof UnsupportedFeatureError, error.message);
    return error;
  }

  it("may be relative", async () => {
    const file = join(folder(), "relative.gguf");
    await writeFile(file, "");
    assert.equal(await resolveModelPath(relative(process.cwd(), file)), file);
  });

  it("is not one of the files of a checkpoint, whose folder is named", async () => {
    for (const name of ["model.safetensors", "config.json", "tokenizer.json"]) {
      const error = await notFound(join(EMBEDDED_MODEL, name));
      assert.ok(error.message.endsWith(`Name its folder: ${EMBEDDED_MODEL}`), error.message);
    }
  });

  it("shows no password that is part of an address", async () => {
    for (const url of [
      "https://me:pass1234@a/b",
      "https://a/b?token=pass1234",
      "hf://hf_pass1234@a",
    ]) {
      const error = await rejectionOf(UnsupportedFeatureError, resolveModelPath(url));
      assert.ok(!JSON.stringify([error.message, error]).includes("pass1234"), error.message);
    }
  });

  it("may be written as a file: URL", async () => {
    const file = join(folder(), "a model, 100 % élan.gguf");
    await writeFile(file, "");
    assert.equal(await resolveModelPath(pathToFileURL(file).href), file);
    assert.equal((await notFound(pathToFileURL(`${file}.gguf`).href)).details.path, `${file}.gguf`);
    const strange = await notFound("file:///a%2Fb.gguf");
    assert.match(strange.message, /is not the URL of a file here: .+pathToFileURL/);
    assert.ok(strange.cause instanceof Error);
  });

  it("is not on a server", async () => {
    for (const url of ["https://example.com/a.gguf", "http://a/b", "hf://owner/name/a.gguf"]) {
      const error = await unsupported(url);
      assert.match(
        error.message,
        /is on a server that is not the Hugging Face Hub\. .*name a repository/,
      );
      assert.equal(error.details.feature, "download");
    }
  });

  it('is not expanded from "~", and the error says what it would be', async () => {
    const error = await notFound("~/models/a.gguf");
    assert.ok(error.message.endsWith(`write ${join(homedir(), "models", "a.gguf")}`));
    assert.ok((await notFound("~/a")).message.endsWith(`write ${join(homedir(), "a")}`));
  });

  it("that is a folder leads to the files in it", async () => {
    const inner = join(folder(), "inner");
    await mkdir(inner);
    assert.match(
      (await notFound(inner)).message,
      /without a \.gguf file or a Hugging Face checkpoint/,
    );
    for (const name of ["b.gguf", "a.gguf", "notes.txt"]) await writeFile(join(inner, name), "");
    const error = await notFound(inner);
    assert.match(error.message, /is a folder\. Name the file in it: a\.gguf, b\.gguf$/);
    assert.deepEqual(error.details, { model: inner, path: inner, files: ["a.gguf", "b.gguf"] });
  });

  it("that the system refuses says why", async () => {
    const error = await notFound("a\0b.gguf");
    assert.match(error.message, /^The model .+ cannot be reached: \S/);
    assert.ok(error.cause instanceof Error);
  });
});
