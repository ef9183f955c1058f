import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelLoadingError } from "../../../src/errors.js";
import { chooseProjector, findProjector } from "../../../src/runtime/find-projector.js";

describe("a projector beside a model", () => {
  it("is the one that is there", () => {
    assert.deepEqual(chooseProjector("model.gguf", ["model.gguf", "mmproj.gguf"]), ["mmproj.gguf"]);
    const names = ["Qwen2-VL-2B-Q4_K_M.gguf", "MMPROJ-Qwen2-VL-2B-F16.GGUF"];
    assert.deepEqual(chooseProjector("Qwen2-VL-2B-Q4_K_M.gguf", names), [names[1]]);
    const turned = ["gemma-3-4b-it-mmproj.gguf", "gemma-3-4b-it-Q8_0.gguf"];
    assert.deepEqual(chooseProjector("gemma-3-4b-it-Q8_0.gguf", turned), [turned[0]]);
  });

  it("is none for a model without one", () => {
    assert.deepEqual(chooseProjector("phi-2.gguf", ["phi-2.gguf", "README.md"]), []);
    assert.deepEqual(chooseProjector("phi-2.gguf", ["phi-2.gguf", "mmproj-llava-7b.gguf"]), []);
    assert.deepEqual(chooseProjector("mmproj.gguf", ["mmproj.gguf"]), []);
    assert.deepEqual(chooseProjector("phi-2.gguf", ["mmproj.txt", "mmproj"]), []);
  });

  it("without a name belongs to a model that is alone, in all its types and parts", () => {
    const alone = ["a-Q4_K_M.gguf", "a-F16-00001-of-00002.gguf", "a-F16-00002-of-00002.gguf"];
    assert.deepEqual(chooseProjector("a-Q4_K_M.gguf", [...alone, "mmproj-F16.gguf"]), [
      "mmproj-F16.gguf",
    ]);
    assert.deepEqual(chooseProjector("a-Q4_K_M.gguf", [...alone, "b.gguf", "mmproj.gguf"]), []);
  });

  it("is the one whose name says most of the model's", () => {
    const names = ["mmproj-llava-f16.gguf", "mmproj-llava-13b-f16.gguf", "mmproj-llava-7b.gguf"];
    assert.deepEqual(chooseProjector("llava-7b-q4_0.gguf", names), ["mmproj-llava-7b.gguf"]);
  });

  it("is the one in half precision, of several types", () => {
    const names = ["mmproj-BF16.gguf", "mmproj-F16.gguf", "mmproj-F32.gguf", "mmproj-Q8_0.gguf"];
    assert.deepEqual(chooseProjector("a.gguf", names), ["mmproj-F16.gguf"]);
    assert.deepEqual(chooseProjector("a.gguf", names.slice(2)), ["mmproj-F32.gguf"]);
  });

  it("is asked for when nothing tells several apart", async () => {
    const folder = await mkdtemp(join(tmpdir(), "abstractllm-test-"));
    try {
      const model = join(folder, "a.gguf");
      assert.equal(await findProjector(model), undefined);
      await writeFile(join(folder, "mmproj-f16.gguf"), "");
      assert.equal(await findProjector(model), join(folder, "mmproj-f16.gguf"));
      await writeFile(join(folder, "mmproj.f16.gguf"), "");
      await assert.rejects(findProjector(model), (error) => {
        assert.ok(error instanceof ModelLoadingError);
        assert.deepEqual(error.details["candidates"], [
          join(folder, "mmproj-f16.gguf"),
          join(folder, "mmproj.f16.gguf"),
        ]);
        return true;
      });
      assert.equal(await findProjector(join(folder, "missing", "a.gguf")), undefined);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
