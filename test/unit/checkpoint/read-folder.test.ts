import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCheckpointFolder } from "../../../src/checkpoint/read-folder.js";
import {
  ModelLoadingError,
  ModelNotFoundError,
  UnsupportedModelError,
} from "../../../src/errors.js";
import { rejectionOf } from "../../helpers/rejection.js";

type Files = Readonly<Record<string, string>>;

const SOUND: Files = {
  "config.json": '{"architectures": ["LlamaForCausalLM"]}',
  "tokenizer.json": "{}",
  "model.safetensors": "",
};
const INDEX = "model.safetensors.index.json";

function indexOf(...shards: unknown[]): string {
  return JSON.stringify({
    weight_map: Object.fromEntries(shards.map((s, i) => [`t${String(i)}`, s])),
  });
}

describe("the folder of a checkpoint", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "checkpoint é "));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function write(files: Files): Promise<string> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(folder, name, ".."), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    return folder;
  }
  const without = (...names: string[]): Files =>
    Object.fromEntries(Object.entries(SOUND).filter(([name]) => !names.includes(name)));

  it("needs no more than configuration, tokenizer and weights", async () => {
    const found = await readCheckpointFolder(await write(SOUND));
    assert.deepEqual(found.files, [join(folder, "model.safetensors")]);
    assert.equal(found.tokenizerJson, join(folder, "tokenizer.json"));
    assert.equal(found.tokenizerModel, undefined);
    assert.equal(found.generation, undefined);
    assert.equal(found.chatTemplate, undefined);
  });

  it("has shards, each once and in order", async () => {
    const shards = ["model-2.safetensors", "model-1.safetensors", "model-2.safetensors"];
    const files = { ...without("model.safetensors"), [INDEX]: indexOf(...shards) };
    await write({ ...files, "model-1.safetensors": "", "model-2.safetensors": "" });
    const found = await readCheckpointFolder(folder);
    assert.deepEqual(
      found.files,
      ["model-1.safetensors", "model-2.safetensors"].map((name) => join(folder, name)),
    );
  });

  it("may be links, as the cache of the Hub has them", async () => {
    const blobs = await mkdtemp(join(tmpdir(), "blobs "));
    try {
      for (const [name, text] of Object.entries(SOUND)) {
        await writeFile(join(blobs, name), text);
        await symlink(join(blobs, name), join(folder, name));
      }
      assert.equal((await readCheckpointFolder(folder)).files.length, 1);
    } finally {
      await rm(blobs, { recursive: true });
    }
  });

  it("is refused when its index names what is not a file beside it", async () => {
    for (const shard of [
      "../model.safetensors",
      "/etc/model.safetensors",
      "sub/model.safetensors",
      "sub\\model.safetensors",
      "C:model.safetensors",
      "..safetensors/x.safetensors",
      "model.bin",
      "",
      5,
      null,
      "nowhere.safetensors",
    ]) {
      await write({ ...without("model.safetensors"), [INDEX]: indexOf(shard) });
      const error = await rejectionOf(ModelLoadingError, readCheckpointFolder(folder));
      assert.equal(error.details.path, join(folder, INDEX));
    }
    for (const text of ["{}", '{"weight_map": {}}', '{"weight_map": []}']) {
      await write({ [INDEX]: text });
      await rejectionOf(ModelLoadingError, readCheckpointFolder(folder));
    }
  });

  it("is refused with a remedy when its weights are pickles", async () => {
    await write({ ...without("model.safetensors"), "pytorch_model.bin": "" });
    const error = await rejectionOf(UnsupportedModelError, readCheckpointFolder(folder));
    assert.match(error.message, /pytorch_model\.bin.*save_pretrained/);
  });

  it("is refused when something is missing, which is named", async () => {
    await write(without("model.safetensors"));
    const weights = await rejectionOf(ModelNotFoundError, readCheckpointFolder(folder));
    assert.match(weights.message, /model\.safetensors/);
    await write({ "model.safetensors": "" });
    await rm(join(folder, "tokenizer.json"));
    const tokenizer = await rejectionOf(ModelNotFoundError, readCheckpointFolder(folder));
    assert.match(tokenizer.message, /tokenizer\.json/);
  });

  it("is refused when a small file is damaged, which is named", async () => {
    for (const name of ["config.json", "generation_config.json", "tokenizer_config.json"]) {
      for (const text of ["", "{", "[]", "null", '"text"', "[".repeat(1e5)]) {
        await write({ ...SOUND, [name]: text });
        const error = await rejectionOf(ModelLoadingError, readCheckpointFolder(folder));
        assert.equal(error.details.path, join(folder, name));
        assert.ok(error.message.startsWith(`${join(folder, name)}: `), error.message);
      }
      await rm(join(folder, name));
    }
    await write(SOUND);
    await rm(join(folder, "config.json"));
    await mkdir(join(folder, "config.json"));
    await rejectionOf(ModelLoadingError, readCheckpointFolder(folder));
  });

  it("is refused when a small file is a pipe, without waiting for it", async function () {
    if (process.platform === "win32") this.skip();
    await write(without("config.json"));
    execFileSync("mkfifo", [join(folder, "config.json")]);
    const error = await rejectionOf(ModelLoadingError, readCheckpointFolder(folder));
    assert.match(error.message, /config\.json: it is not a file/);
  });

  it("is refused when a small file is large", async () => {
    await write({ ...SOUND, "config.json": `{"a": "${" ".repeat(17 * 2 ** 20)}"}` });
    const error = await rejectionOf(ModelLoadingError, readCheckpointFolder(folder));
    assert.match(error.message, /16 MiB/);
  });

  it("has its chat template in one of several places, the newest first", async () => {
    await write(SOUND);
    const template = async (): Promise<string | undefined> =>
      (await readCheckpointFolder(folder)).chatTemplate;
    await write({ "chat_template.json": '{"chat_template": "old"}' });
    assert.equal(await template(), "old");
    await write({ "chat_template.jinja": "new" });
    assert.equal(await template(), "new");
  });
});
