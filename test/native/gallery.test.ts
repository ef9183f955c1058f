import assert from "node:assert/strict";
import fs from "node:fs";
import { HuggingFaceProvider } from "../../src/index.js";
import { gallery } from "../helpers/gallery.js";

// What transformers writes about these pictures, greedy and in float32.
const reference = JSON.parse(
  fs.readFileSync(new URL("../fixtures/ember/gallery.json", import.meta.url), "utf8"),
) as { seed: number; outputs: string[] };

describe("the embedded model on 200 fresh pictures", () => {
  it("describes them as transformers does", async () => {
    await using llm = new HuggingFaceProvider({
      threads: 1,
      temperature: 0,
      torch_dtype: "float32",
    });
    const pictures = gallery(reference.seed, reference.outputs.length);
    const texts = await Promise.all(
      pictures.map(({ file }) => llm.generate("Describe this image.", { files: [file] })),
    );
    const others = texts.filter((text, i) => text !== reference.outputs[i]);
    assert.deepEqual(others, []);
    const right = texts.filter((text, i) => text === pictures[i]?.caption);
    assert.ok(right.length >= 140, `${String(right.length)} of ${String(texts.length)} are right`);
  });
});
