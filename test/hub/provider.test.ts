import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import {
  HuggingFaceProvider,
  downloadModel,
  ModelNotFoundError,
  ResourceError,
} from "../../src/index.js";
import { checkpoint, checkpointPath } from "../helpers/checkpoints.js";
import { filesOf } from "../helpers/fake-hub/fake-hub.js";
import { useEmbeddedGguf } from "../helpers/gguf.js";
import { DEFAULTS, withProvider } from "../helpers/provider.js";
import { rejectionOf } from "../helpers/rejection.js";
import { useHub } from "./setup.js";

describe("a provider with a repository's name", () => {
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

  it("downloads on first use, and answers as with the folder", async () => {
    const { fake, cache, progress } = hub();
    fake.add("owner/name", filesOf(checkpointPath("llama")));
    const prompt = checkpoint("llama").text;
    const options = { max_tokens: 8, apply_chat_template: false };
    const expected = await withProvider((llm) => llm.generate(prompt, options), {
      model: checkpointPath("llama"),
    });
    const model = { model: "owner/name", cache_dir: cache, token: false };
    const text = await withProvider(
      (llm) => llm.generate(prompt, { ...options, onProgress: (event) => progress.push(event) }),
      model,
    );
    assert.equal(text, expected);
    const stages = new Set(progress.map(({ stage }) => stage));
    assert.deepEqual([...stages].slice(0, 2), ["download", "load"]);

    await fake.stop();
    const offline = { ...model, local_files_only: true };
    assert.equal(await withProvider((llm) => llm.generate(prompt, options), offline), expected);
  });

  it("downloads once for calls, providers and download() at the same time", async () => {
    const { fake, cache } = hub();
    fake.add("owner/name", filesOf(checkpointPath("llama")));
    const options = { cache_dir: cache, token: false };
    const llms = [1, 2].map(
      () => new HuggingFaceProvider({ ...DEFAULTS, model: "owner/name", ...options }),
    );
    await Promise.all([
      ...llms.flatMap((llm) => [llm.preload(), llm.countTokens("a")]),
      downloadModel("owner/name", options),
    ]);
    await Promise.all(llms.map((llm) => llm.cleanup()));
    const names = fake.downloads.map(({ path }) => path);
    const repeated = names.filter((name, index) => names.indexOf(name) !== index);
    // Each provider may look at the header of the weights before.
    assert.ok(repeated.length <= llms.length, repeated.join());
    assert.ok(new Set(repeated).size <= 1, repeated.join());
  });

  it("does not download what does not fit", async () => {
    const { fake, cache } = hub();
    const content = Buffer.concat([await readFile(gguf()), Buffer.alloc(8 * 2 ** 20)]);
    fake.add("owner/name", { "a-Q8_0.gguf": content });
    const options = { model: "owner/name", cache_dir: cache, token: false };
    const llm = new HuggingFaceProvider({ ...options, max_memory: { cpu: 2 ** 20 } });
    const { verdict, devices } = await llm.checkSystemRequirements();
    assert.equal(verdict, "does_not_fit");
    const error = await rejectionOf(ResourceError, llm.preload());
    assert.equal(error.details.needed_bytes, devices[0]?.needed_bytes);
    await llm.cleanup();
    assert.ok(fake.downloads.every(({ range }) => range === "bytes=0-1048575"));
    await withProvider(async (fitting) => {
      assert.equal((await fitting.checkSystemRequirements()).verdict, "fits");
    }, options);
    assert.deepEqual(await readdir(join(cache, "models--owner--name")), ["trees"]);
  });

  it("takes adapters and draft models from there, too", async () => {
    const { fake, cache } = hub();
    fake.add("owner/base", filesOf(checkpointPath("llama")));
    const adapter = join(checkpointPath("llama"), "..", "..", "adapters", "llama");
    fake.add("owner/lora", filesOf(adapter));
    const options = { cache_dir: cache, token: false, model: "owner/base" };
    const prompt = checkpoint("llama").text;
    const [plain, adapted, local] = await Promise.all(
      [undefined, "owner/lora", adapter].map((lora) =>
        withProvider((llm) => llm.score(prompt), {
          ...options,
          ...(lora === undefined ? {} : { adapter: lora }),
        }),
      ),
    );
    assert.deepEqual(adapted, local);
    assert.notDeepEqual(adapted, plain);
  });

  it("fails as the Hub says, and may be tried again", async () => {
    const { fake, cache } = hub();
    const options = { model: "owner/name", cache_dir: cache, token: false };
    await withProvider(async (llm) => {
      await rejectionOf(ModelNotFoundError, llm.preload());
      fake.add("owner/name", filesOf(checkpointPath("llama")));
      await llm.preload();
    }, options);
  });

  it("leaves what an aborted call has downloaded, and nothing in the snapshot", async () => {
    const { fake, cache } = hub();
    fake.add("owner/name", { "a-Q8_0.gguf": await readFile(gguf()) });
    const controller = new AbortController();
    let requests = 0;
    fake.fault = ({ server }) => {
      if (server !== "cdn") return undefined;
      // The first is the look at its header.
      requests += 1;
      if (requests === 1) return undefined;
      setImmediate(() => {
        controller.abort(new Error("enough"));
      });
      return { kind: "pause", bytes: 1000, until: new Promise(() => undefined) };
    };
    const options = { model: "owner/name", cache_dir: cache, token: false };
    await withProvider(async (llm) => {
      await assert.rejects(llm.preload({ signal: controller.signal }), /enough/);
    }, options);
    assert.deepEqual((await readdir(join(cache, "models--owner--name"))).sort(), [
      "blobs",
      "trees",
    ]);
  });
});
