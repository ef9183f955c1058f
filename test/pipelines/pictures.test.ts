import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { usePipeline } from "../helpers/pipelines.js";

interface Seen {
  readonly picture: string;
  readonly question: string;
  readonly output: string;
}

const FOLDER = new URL("../fixtures/ember/", import.meta.url);
// What transformers answers, greedily.
const SEEN = (
  JSON.parse(readFileSync(new URL("reference.json", FOLDER), "utf8")) as object[]
).filter((entry): entry is Seen => "picture" in entry);

function seen(question: string): { image: URL; output: string } {
  const found = SEEN.find((entry) => entry.question === question);
  assert.ok(found !== undefined);
  return { image: new URL(found.picture, FOLDER), output: found.output };
}

describe("pipelines with pictures, on the embedded model", () => {
  const describePicture = usePipeline("image-to-text");
  const talk = usePipeline("image-text-to-text");
  const answer = usePipeline("visual-question-answering");

  const { image, output } = seen("Describe this image.");
  const counted = seen("How many shapes are there?");
  const greedy = { do_sample: false };

  it("image-to-text describes one, several, or what is asked for", async () => {
    assert.deepEqual(await describePicture()(image), [{ generated_text: output }]);
    assert.deepEqual(await describePicture()([image, image]), [
      [{ generated_text: output }],
      [{ generated_text: output }],
    ]);
    const prompt = "How many shapes are there?";
    const [found] = await describePicture()(counted.image, { prompt });
    assert.equal(found?.generated_text, counted.output);
  });

  it("image-text-to-text takes a text with pictures, and conversations", async () => {
    const text = "Describe this image.";
    assert.deepEqual(await talk()({ images: image, text }, greedy), [
      { input_text: text, generated_text: output },
    ]);
    const content = [
      { type: "image" as const, image },
      { type: "text" as const, text },
    ];
    const chat = [{ role: "user" as const, content }];
    assert.deepEqual(await talk()(chat, greedy), [
      { input_text: chat, generated_text: [...chat, { role: "assistant", content: output }] },
    ]);
    const [bare] = await talk()(chat, { ...greedy, return_full_text: false });
    assert.equal(bare?.generated_text, output);
  });

  it("visual-question-answering takes a picture and a question", async () => {
    const question = "How many shapes are there?";
    const expected = [{ answer: counted.output }];
    assert.deepEqual(await answer()(counted.image, question), expected);
    assert.deepEqual(await answer()({ image: counted.image, question }), expected);
  });
});
