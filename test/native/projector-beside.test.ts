import assert from "node:assert/strict";
import { copyFile, mkdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  HuggingFaceProvider,
  ModelLoadingError,
  UnsupportedFeatureError,
  UnsupportedModelError,
} from "../../src/index.js";
import { useEmbeddedGguf, useTempFolder } from "../helpers/gguf.js";
import { writeGguf } from "../helpers/gguf-writer.js";
import { rejectionOf } from "../helpers/rejection.js";

const PICTURE = fileURLToPath(new URL("../fixtures/ember/pictures/5.png", import.meta.url));

describe("a projector that cannot be used", () => {
  const gguf = useEmbeddedGguf();
  const folder = useTempFolder();
  let model = "";
  let projector = "";

  before(async () => {
    await mkdir(join(folder(), "other"));
    model = join(folder(), "ember.gguf");
    projector = join(folder(), "other", "mmproj.gguf");
    await copyFile(gguf(), model);
    await writeHeadless(projector);
  });

  it("fails loading if it was named", async () => {
    await using llm = new HuggingFaceProvider({ model, mmproj: projector, threads: 1 });
    await assert.rejects(llm.preload(), isLoadingError);
  });

  it("costs the pictures only if it lay beside the model", async () => {
    const named = new HuggingFaceProvider({ model, mmproj: projector, threads: 1 });
    const problem: unknown = await named.preload().catch((error: unknown) => error);
    await named.cleanup();
    assert.ok(problem instanceof Error);

    const beside = join(folder(), "mmproj.gguf");
    await copyFile(projector, beside);
    await using llm = new HuggingFaceProvider({ model, threads: 1, max_tokens: 4 });
    assert.notEqual(await llm.generate("Hello"), "");
    await assert.rejects(llm.generate("What is this?", { files: [PICTURE] }), (error) => {
      assert.ok(error instanceof UnsupportedFeatureError);
      const reason = problem.message.replace(projector, beside);
      assert.equal(error.message, `The model takes no pictures: it takes text. ${reason}`);
      return true;
    });
  });
});

describe("a projector that is damaged", () => {
  const gguf = useEmbeddedGguf();
  const folder = useTempFolder();

  it("is a typed error if it was named, and costs the pictures only beside the model", async () => {
    const model = join(folder(), "ember.gguf");
    const projector = join(folder(), "mmproj.gguf");
    await copyFile(gguf(), model);
    // Its header ends in the middle.
    await writeHeadless(projector);
    await truncate(projector, 100);

    await using named = new HuggingFaceProvider({ model, mmproj: projector, threads: 1 });
    await assert.rejects(named.preload(), ModelLoadingError);
    await using llm = new HuggingFaceProvider({ model, threads: 1, max_tokens: 4 });
    assert.notEqual(await llm.generate("Hello"), "");
    const { message } = await rejectionOf(
      UnsupportedFeatureError,
      llm.generate("What is this?", { files: [PICTURE] }),
    );
    assert.ok(message.includes(projector), message);
  });
});

function isLoadingError(error: unknown): boolean {
  return error instanceof UnsupportedModelError || error instanceof ModelLoadingError;
}

/** A projector whose metadata is in order, without any of its weights. */
async function writeHeadless(file: string): Promise<void> {
  await writeGguf(
    file,
    {
      "general.architecture": { text: "clip" },
      "clip.has_vision_encoder": { bool: true },
      "clip.projector_type": { text: "mlp" },
      "clip.use_gelu": { bool: true },
      "clip.vision.image_size": { u32: 24 },
      "clip.vision.patch_size": { u32: 12 },
      "clip.vision.embedding_length": { u32: 16 },
      "clip.vision.feed_forward_length": { u32: 32 },
      "clip.vision.projection_dim": { u32: 16 },
      "clip.vision.block_count": { u32: 1 },
      "clip.vision.attention.head_count": { u32: 2 },
      "clip.vision.attention.layer_norm_epsilon": { f32: 1e-5 },
      "clip.vision.image_mean": { i32s: [0, 0, 0] },
      "clip.vision.image_std": { i32s: [1, 1, 1] },
    },
    [{ name: "v.class_embd", shape: [16], data: new Float32Array(16) }],
  );
}
