import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ModelNotFoundError, UnsupportedFeatureError } from "../../src/index.js";
import { checkpointPath } from "../helpers/checkpoints.js";
import { useEmbeddedGguf } from "../helpers/gguf.js";
import { withProvider } from "../helpers/provider.js";
import { rejectionOf } from "../helpers/rejection.js";

interface AdapterReference {
  readonly input_ids: readonly number[];
  readonly logprobs: readonly number[];
}

const adapterPath = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/adapters/${name}`, import.meta.url));

describe("a LoRA adapter", () => {
  const gguf = useEmbeddedGguf();

  for (const name of ["llama", "gpt2", "gptneox", "phi3"]) {
    it(`changes a model as PEFT does: ${name}`, async () => {
      const adapter = adapterPath(name);
      const text = readFileSync(`${adapter}/reference.json`, "utf8");
      const { input_ids, logprobs: expected } = JSON.parse(text) as AdapterReference;
      await withProvider(
        async (llm) => {
          const { logprobs } = await llm.score(input_ids);
          for (const [index, value] of logprobs.slice(1).entries()) {
            const difference = Math.abs((value ?? NaN) - (expected[index] ?? NaN));
            assert.ok(difference <= 2e-3, `token ${String(index + 1)}: ${String(difference)}`);
          }
        },
        { model: checkpointPath(name), adapter, torch_dtype: "float32" },
      );
    });
  }

  it("changes embeddings, too", async () => {
    const model = checkpointPath("llama");
    const options = { model, torch_dtype: "float32" } as const;
    const vector = async (adapter: string[]): Promise<Float32Array> => {
      let result = new Float32Array();
      await withProvider(
        async (llm) => {
          result = new Float32Array(await llm.embed("the little foxes"));
        },
        { ...options, adapter },
      );
      return result;
    };
    const [plain, adapted] = [await vector([]), await vector([adapterPath("llama")])];
    const difference = Math.max(...plain.map((value, i) => Math.abs(value - (adapted[i] ?? NaN))));
    assert.ok(difference > 1e-4, String(difference));
  });

  it("is a ModelNotFoundError where there is none", async () => {
    await withProvider(
      async (llm) => {
        const error = await rejectionOf(ModelNotFoundError, llm.preload());
        assert.match(error.message, /adapter/);
      },
      { model: checkpointPath("llama"), adapter: ["./nowhere"] },
    );
  });

  it("is not served for a GGUF file", async () => {
    await withProvider(
      async (llm) => {
        await rejectionOf(UnsupportedFeatureError, llm.preload());
      },
      { model: gguf(), adapter: adapterPath("llama") },
    );
  });
});
