import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { HuggingFaceProvider, ModelParameter } from "../../src/index.js";
import { collect } from "../helpers/pieces.js";
import { answerTo } from "../helpers/reference.js";

const IMAGE = fileURLToPath(new URL("../fixtures/ember/pictures/0.png", import.meta.url));

describe("the guide's final example", () => {
  it("runs, with the embedded model", async () => {
    const provider = new HuggingFaceProvider({
      [ModelParameter.TEMPERATURE]: 0,
      [ModelParameter.MAX_TOKENS]: 2048,
      [ModelParameter.DEVICE_MAP]: "auto",
      threads: 1,
    });
    try {
      const capabilities = await provider.getCapabilities();
      const question = "What is the capital of France?";
      assert.equal(await provider.generate(question), answerTo(question));

      const pieces = await collect(provider.generate(question, { stream: true }));
      assert.equal(pieces.join(""), answerTo(question));

      assert.ok("image_to_text" in capabilities);
      assert.ok(capabilities.image_to_text.confidence > 0.7);
      const seen = await provider.generate("Describe this image.", { files: [IMAGE] });
      assert.equal(seen, "A small red circle at the top, on a cyan background.");

      const [vector] = await provider.embed(["An embedding"]);
      assert.equal(vector?.length, 256);

      const recommendations = provider.getModelRecommendations("text-generation");
      for (const { model, description } of recommendations) assert.ok(model && description);
      provider.updateModelRecommendations("text-generation", [
        ["my-model", "Custom model description"],
      ]);
      const [first] = provider.getModelRecommendations("text-generation");
      assert.equal(first?.model, "my-model");

      const usage = await provider.getResourceUsage();
      assert.equal(usage.loaded, true);
    } finally {
      await provider.cleanup();
    }
  });
});
