import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { HuggingFaceProvider, downloadModel, ModelNotFoundError } from "../../src/index.js";
import { checkpoint, checkpointPath } from "../helpers/checkpoints.js";
import { filesOf } from "../helpers/fake-hub/fake-hub.js";
import { DEFAULTS, withProvider } from "../helpers/provider.js";
import { rejectionOf } from "../helpers/rejection.js";
import { useHub } from "./setup.js";

describe("a provider with a repository's name", () => {
  const hub = useHub();
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
    assert.equal(new Set(names).size, names.length);
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
    fake.add("owner/name", { "a-Q8_0.gguf": Buffer.alloc(2 ** 20, 7) });
    const controller = new AbortController();
    fake.fault = ({ server }) => {
      if (server !== "cdn") return undefined;
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
