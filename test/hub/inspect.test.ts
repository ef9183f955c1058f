import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import fc from "fast-check";
import { ggufHeaderBytes } from "../../src/hub/gguf-extent.js";
import { getCapabilities, inspectModel, ModelLoadingError } from "../../src/index.js";
import { checkpointPath } from "../helpers/checkpoints.js";
import { filesOf } from "../helpers/fake-hub/fake-hub.js";
import { useEmbeddedGguf } from "../helpers/gguf.js";
import { rejectionOf } from "../helpers/rejection.js";
import { useHub } from "./setup.js";

describe("a model of the Hub that is not downloaded", () => {
  const hub = useHub();
  const gguf = useEmbeddedGguf();
  const before = process.env["HF_ENDPOINT"];
  beforeEach(() => {
    process.env["HF_ENDPOINT"] = hub().fake.endpoint;
  });
  afterEach(() => {
    if (before === undefined) delete process.env["HF_ENDPOINT"];
    else process.env["HF_ENDPOINT"] = before;
  });

  it("shows as a checkpoint what its folder shows", async () => {
    const { fake, cache } = hub();
    const files = filesOf(checkpointPath("llama"));
    const weights = files["model.safetensors"] ?? Buffer.alloc(0);
    // Weights of which only the beginning can be had.
    fake.add("owner/name", files);
    const header = 8 + Number(weights.readBigUInt64LE(0));
    const options = { cache_dir: cache, token: false };
    const remote = await inspectModel("owner/name", options);
    const local = await inspectModel(checkpointPath("llama"));
    assert.deepEqual({ ...remote, path: "", name: "" }, { ...local, path: "", name: "" });
    assert.equal(remote.name, "owner/name");
    assert.match(remote.path, /\/owner\/name\/tree\/[\da-f]{40}/);
    assert.ok(header < weights.length);
  });

  it("asks for the header of a GGUF file only, however long it is", async () => {
    const { fake, cache } = hub();
    const model = await readFile(gguf());
    // As long as a large model, without being one.
    const content = Buffer.concat([model, Buffer.alloc(8 * 2 ** 20)]);
    fake.add("owner/name", { "m-Q8_0.gguf": content });
    const remote = await inspectModel("owner/name", { cache_dir: cache, token: false });
    const local = await inspectModel(gguf());
    assert.deepEqual(remote.tensors, local.tensors);
    assert.deepEqual(remote.metadata, local.metadata);
    assert.equal(remote.size_bytes, content.length);
    assert.deepEqual(
      fake.downloads.map(({ range }) => range),
      ["bytes=0-1048575"],
    );
  });

  it("tells what it can do, and what its card says, without its weights", async () => {
    const { fake, cache } = hub();
    const card = "---\npipeline_tag: text-generation\nlanguage: [en, de, fr]\n---\n";
    fake.add("owner/name", { ...filesOf(checkpointPath("llama")), "README.md": card });
    const options = { cache_dir: cache, token: false } as const;
    const remote = await getCapabilities("owner/name", { ...options, all: true });
    const local = await getCapabilities(checkpointPath("llama"), { all: true });
    assert.deepEqual(Object.keys(remote), Object.keys(local));
    assert.equal(remote.text_generation?.served, true);
    assert.equal(remote.multilingual?.verdict, "yes");
    assert.notEqual(local.multilingual?.verdict, "yes");
    const weights = fake.downloads.filter(({ path }) => path.endsWith(".safetensors"));
    assert.ok(weights.every(({ range }) => range !== undefined));
  });

  it("tells what it can do, and what its card says, without its weights", async () => {
    const { fake, cache } = hub();
    const card = "---\npipeline_tag: text-generation\nlanguage: [en, de, fr]\n---\n";
    fake.add("owner/name", { ...filesOf(checkpointPath("llama")), "README.md": card });
    const options = { cache_dir: cache, token: false } as const;
    const remote = await getCapabilities("owner/name", { ...options, all: true });
    const local = await getCapabilities(checkpointPath("llama"), { all: true });
    assert.deepEqual(Object.keys(remote), Object.keys(local));
    assert.equal(remote.text_generation?.served, true);
    assert.equal(remote.multilingual?.verdict, "yes");
    assert.notEqual(local.multilingual?.verdict, "yes");
    const weights = fake.downloads.filter(({ path }) => path.endsWith(".safetensors"));
    assert.ok(weights.every(({ range }) => range !== undefined));
  });

  it("tells what it can do, and what its card says, without its weights", async () => {
    const { fake, cache } = hub();
    const card = "---\npipeline_tag: text-generation\nlanguage: [en, de, fr]\n---\n";
    fake.add("owner/name", { ...filesOf(checkpointPath("llama")), "README.md": card });
    const options = { cache_dir: cache, token: false } as const;
    const remote = await getCapabilities("owner/name", { ...options, all: true });
    const local = await getCapabilities(checkpointPath("llama"), { all: true });
    assert.deepEqual(Object.keys(remote), Object.keys(local));
    assert.equal(remote.text_generation?.served, true);
    assert.equal(remote.multilingual?.verdict, "yes");
    assert.notEqual(local.multilingual?.verdict, "yes");
    const weights = fake.downloads.filter(({ path }) => path.endsWith(".safetensors"));
    assert.ok(weights.every(({ range }) => range !== undefined));
  });

  it("fails like any other when it is damaged", async () => {
    const { fake, cache } = hub();
    fake.add("owner/name", { "m-Q8_0.gguf": "this is none" });
    const options = { cache_dir: cache, token: false };
    await rejectionOf(ModelLoadingError, inspectModel("owner/name", options));
  });
});

describe("the end of a GGUF file's header", () => {
  const gguf = useEmbeddedGguf();

  it("is known as soon as all of it is there, and not before", async () => {
    const model = await readFile(gguf());
    const length = ggufHeaderBytes(model) ?? 0;
    assert.ok(length > 1000 && length < model.length);
    assert.equal(ggufHeaderBytes(model.subarray(0, length)), length);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: length - 1 }), (count) => {
        assert.equal(ggufHeaderBytes(model.subarray(0, count)), undefined);
      }),
    );
  });

  it("is found or not, and nothing else happens, with any bytes", async () => {
    const model = (await readFile(gguf())).subarray(0, 4096);
    fc.assert(
      fc.property(fc.nat(4000), fc.uint8Array({ minLength: 1, maxLength: 16 }), (at, bytes) => {
        const hostile = Buffer.from(model);
        hostile.set(bytes, at);
        const length = ggufHeaderBytes(hostile);
        assert.ok(length === undefined || length <= hostile.length);
      }),
    );
  });
});
