import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type HuggingFaceProvider,
  ModelLoadingError,
  ModelNotFoundError,
  UnsupportedFeatureError,
  type Progress,
  type ProviderOptions,
} from "../../src/index.js";
import { useEmbeddedGguf } from "../helpers/gguf.js";
import { CHECKPOINTS, checkpointPath, type CheckpointReference } from "../helpers/checkpoints.js";
import { withProvider } from "../helpers/provider.js";
import { rejection, rejectionOf } from "../helpers/rejection.js";
import { rewriteHeader, type SafetensorsHeader } from "../helpers/safetensors.js";

function referenceOf(name: string): CheckpointReference {
  const found = CHECKPOINTS.find((reference) => reference.name === name);
  assert.ok(found);
  return found;
}

/** The largest difference of any log-probability from the reference. */
async function errorOf(name: string, options: ProviderOptions): Promise<number> {
  const { path, input_ids, logprobs } = referenceOf(name);
  return await withProvider(
    async (llm) => {
      const scored = await llm.score(input_ids);
      const differences = scored.logprobs.slice(1).map((value, i) => {
        return Math.abs((value ?? NaN) - (logprobs[i] ?? NaN));
      });
      return Math.max(...differences);
    },
    { model: path, ...options },
  );
}

describe("the weights of a checkpoint", () => {
  const gguf = useEmbeddedGguf();

  for (const [options, most] of [
    [{ torch_dtype: "float32" }, 2e-3],
    [{ torch_dtype: "float16" }, 2e-2],
    [{ torch_dtype: "auto" }, 5e-2],
    [{ quantization: "q8_0" }, 0.2],
    [{ load_in_4bit: true }, 2],
  ] as const) {
    it(`come as near as their type lets them: ${JSON.stringify(options)}`, async () => {
      for (const name of ["llama", "qwen3", "gpt2"]) {
        const error = await errorOf(name, options);
        assert.ok(error <= most, `${name}: ${String(error)}`);
      }
    });
  }

  it("are quantised once where that takes long, and then loaded from a file", async function () {
    // Other systems have no setting for where such files go.
    if (process.platform !== "linux") this.skip();
    const before = process.env["XDG_CACHE_HOME"];
    const cache = mkdtempSync(join(tmpdir(), "cache "));
    process.env["XDG_CACHE_HOME"] = cache;
    try {
      const first = await errorOf("llama", { quantization: "q6_k" });
      const folder = join(cache, "abstractllm", "checkpoints");
      const [file = "", ...others] = readdirSync(folder);
      assert.deepEqual(others, []);
      const { mtimeMs } = statSync(join(folder, file));
      assert.equal(await errorOf("llama", { quantization: "q6_k" }), first);
      assert.equal(statSync(join(folder, file)).mtimeMs, mtimeMs);
      await errorOf("llama", { quantization: "q4_k_m" });
      assert.equal(readdirSync(folder).length, 2);
    } finally {
      if (before === undefined) delete process.env["XDG_CACHE_HOME"];
      else process.env["XDG_CACHE_HOME"] = before;
      rmSync(cache, { recursive: true });
    }
  });

  it("stay as they are in a GGUF file", async () => {
    for (const options of [{ torch_dtype: "float32" }, { load_in_8bit: true }] as const) {
      const work = async (llm: HuggingFaceProvider): Promise<void> => {
        const error = await rejectionOf(UnsupportedFeatureError, llm.preload());
        const [name] = Object.keys(options);
        assert.ok(
          error.message.includes(`is a GGUF file, whose weights stay as they are: ${name ?? ""}`),
        );
      };
      await withProvider(work, { model: gguf(), ...options });
    }
  });
});

describe("a changed checkpoint", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "checkpoint é "));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const copy = (name: string): void => {
    const from = checkpointPath(name);
    for (const file of readdirSync(from)) copyFileSync(join(from, file), join(folder, file));
  };
  const loadError = async (): Promise<unknown> =>
    await withProvider((llm) => rejection(llm.preload()), { model: folder });
  const weights = (): string => join(folder, "model.safetensors");

  it("stops at each token that generation_config.json lists", async () => {
    copy("qwen3");
    const { text, greedy } = referenceOf("qwen3");
    const [, , third = 0] = greedy;
    const stops = JSON.stringify({ eos_token_id: [1, third] });
    writeFileSync(join(folder, "generation_config.json"), stops);
    const options = { model: folder, torch_dtype: "float32", apply_chat_template: false } as const;
    await withProvider(async (llm) => {
      const run = llm.generate(text, { max_tokens: 12 });
      assert.equal((await run.result()).finish_reason, "stop");
      assert.equal(await run, await llm.detokenize(greedy.slice(0, greedy.indexOf(third))));
    }, options);
  });

  it("may have its tied embedding under the name of the head", async () => {
    copy("smollm2");
    rewriteHeader(weights(), (header) => {
      const { "model.embed_tokens.weight": embedding, ...others } = header;
      assert.ok(embedding);
      return { ...others, "lm_head.weight": embedding };
    });
    const { input_ids } = referenceOf("smollm2");
    const scores = async (model: string): Promise<unknown> =>
      await withProvider(async (llm) => (await llm.score(input_ids)).logprobs, { model });
    assert.deepEqual(await scores(folder), await scores(checkpointPath("smollm2")));
  });

  it("reports how far loading is, in bytes, and stops when told", async () => {
    copy("mixtral");
    await withProvider(
      async (llm) => {
        const seen: Progress[] = [];
        await llm.preload({ onProgress: (progress) => seen.push(progress) });
        const last = seen.at(-1);
        assert.equal(last?.stage, "load");
        assert.equal(last.done, last.total);
      },
      { model: folder },
    );
    await withProvider(
      async (llm) => {
        const controller = new AbortController();
        const loading = llm.preload({
          signal: controller.signal,
          onProgress: () => {
            controller.abort("enough");
          },
        });
        assert.equal(await rejection(loading), "enough");
        // Nothing is left of the attempt.
        await llm.preload();
      },
      { model: folder },
    );
  });

  const first = (header: SafetensorsHeader): string =>
    Object.keys(header).find((name) => name !== "__metadata__") ?? "";
  for (const [title, change] of [
    ["lies beyond the file", { data_offsets: [0, 2 ** 40] }],
    ["lies before itself", { data_offsets: [64, 0] }],
    ["has a negative offset", { data_offsets: [-64, 0] }],
    ["has another size than its shape", { shape: [1, 1] }],
    ["has a shape beyond all numbers", { shape: [2 ** 40, 2 ** 40] }],
    ["has a type that is none", { dtype: "F31" }],
    ["has no shape", { shape: undefined }],
  ] as const) {
    it(`is a ModelLoadingError when a tensor ${title}`, async () => {
      copy("llama");
      rewriteHeader(weights(), (header) => {
        const name = first(header);
        return { ...header, [name]: { ...header[name], ...change } as never };
      });
      const error = await loadError();
      assert.ok(error instanceof ModelLoadingError, String(error));
      assert.match(error.message, /model\.safetensors/);
    });
  }

  it("is a ModelLoadingError wherever its weights are cut off", async () => {
    copy("llama");
    const bytes = readFileSync(weights());
    for (const length of [0, 7, 8, 100, 2000, bytes.length - 1]) {
      writeFileSync(weights(), bytes.subarray(0, length));
      const error = await loadError();
      assert.ok(error instanceof ModelLoadingError, `${String(length)}: ${String(error)}`);
    }
    writeFileSync(weights(), bytes);
    await withProvider((llm) => llm.preload(), { model: folder });
  });

  it("is refused when a file is none: a folder, a pipe, a link to nowhere", async function () {
    if (process.platform === "win32") this.skip();
    for (const name of ["model.safetensors", "tokenizer.json"]) {
      for (const make of [
        (path: string): void => {
          mkdirSync(path);
        },
        (path: string): void => {
          execFileSync("mkfifo", [path]);
        },
        (path: string): void => {
          symlinkSync("nowhere", path);
        },
      ]) {
        copy("llama");
        rmSync(join(folder, name));
        make(join(folder, name));
        const error = await loadError();
        const isOurs = error instanceof ModelLoadingError || error instanceof ModelNotFoundError;
        assert.ok(isOurs, `${name}: ${String(error)}`);
        rmSync(join(folder, name), { recursive: true });
      }
    }
  });

  it("is a ModelLoadingError when its tokenizer is damaged", async () => {
    copy("llama");
    for (const text of ["", "{}", "[1]", '{"model": {"type": "BPE"}}', "[".repeat(1e6)]) {
      writeFileSync(join(folder, "tokenizer.json"), text);
      const error = await loadError();
      assert.ok(error instanceof ModelLoadingError, `${text.slice(0, 30)}: ${String(error)}`);
    }
  });
});
