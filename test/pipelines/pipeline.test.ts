import assert from "node:assert/strict";
import {
  InvalidParameterError,
  InvalidRequestError,
  ModelNotFoundError,
  pipeline,
  UnsupportedFeatureError,
} from "../../src/index.js";
import { checkpointPath, withChangedCheckpoint } from "../helpers/checkpoints.js";
import { usePipeline } from "../helpers/pipelines.js";
import { answerTo } from "../helpers/reference.js";
import { rejectionOf } from "../helpers/rejection.js";

describe("pipeline", () => {
  const write = usePipeline("text-generation");

  it("answers conversations with the whole conversation, as transformers does", async () => {
    const question = "What is the capital of France?";
    const chat = [{ role: "user" as const, content: question }];
    const options = { do_sample: false };
    const expected = [...chat, { role: "assistant", content: answerTo(question) }];
    assert.deepEqual(await write()(chat, options), [{ generated_text: expected }]);
    assert.deepEqual(await write()([chat, chat], options), [
      [{ generated_text: expected }],
      [{ generated_text: expected }],
    ]);
    const [bare] = await write()(chat, { ...options, return_full_text: false });
    assert.equal(bare?.generated_text, answerTo(question));
  });

  it("takes what it was made with before the task's own defaults", async () => {
    const made = { max_tokens: 3, temperature: 0, apply_chat_template: true };
    await using short = await pipeline("text-generation", undefined, made);
    const question = "What is the capital of France?";
    const answer = answerTo(question);
    const [few] = await short(question, { return_full_text: false });
    assert.ok(few !== undefined && few.generated_text.length > 0);
    assert.ok(answer.startsWith(few.generated_text));
    assert.notEqual(few.generated_text, answer);
    const [whole] = await short(question, { return_full_text: false, max_new_tokens: 64 });
    assert.equal(whole?.generated_text, answer);
  });

  it("says which tasks there are", async () => {
    const error = await rejectionOf(InvalidParameterError, pipeline("text-generaton" as never));
    assert.equal(error.details.nearest, "text-generation");
    const ner = await rejectionOf(UnsupportedFeatureError, pipeline("ner" as never));
    assert.match(ner.message, /Served are text-generation/);
  });

  it("says what a model can do instead, before loading it", async () => {
    const ranking = pipeline("text-ranking", checkpointPath("bert-cls"));
    const error = await rejectionOf(UnsupportedFeatureError, ranking);
    assert.match(error.message, /text-classification/);
    assert.deepEqual(error.details.remedies, ["text-classification", "zero-shot-classification"]);
    await rejectionOf(UnsupportedFeatureError, pipeline("image-to-text", checkpointPath("llama")));
    await rejectionOf(UnsupportedFeatureError, pipeline("text-generation", checkpointPath("t5")));
    await rejectionOf(ModelNotFoundError, pipeline("text-generation", "./missing"));
  });

  it("refuses options that it does not know, and those without an effect", async () => {
    const unknown = await rejectionOf(InvalidParameterError, write()("a", { max_new_token: 1 }));
    assert.equal(unknown.details.nearest, "max_new_tokens");
    const wrong = await rejectionOf(InvalidParameterError, write()("a", { max_new_tokens: "4" }));
    assert.equal(wrong.details.parameter, "max_new_tokens");
    await rejectionOf(InvalidParameterError, write()("a", { do_sample: 1 }));
    await rejectionOf(InvalidParameterError, write()("a", 7 as never));
    await rejectionOf(UnsupportedFeatureError, write()("a", { num_beams: 4 }));
    await rejectionOf(
      InvalidParameterError,
      pipeline("text-generation", undefined, { a: 1 } as never),
    );
    const signal = pipeline("text-generation", undefined, { signal: "now" as never });
    await rejectionOf(InvalidParameterError, signal);
    for (const input of [undefined, 3, [], [1], { a: 1 }]) {
      await rejectionOf(InvalidRequestError, write()(input as never));
    }
  });

  it("takes the provider's own options, signals included", async () => {
    const options = { do_sample: false, max_tokens: 4, stop: ["zzz"] };
    assert.equal((await write()("Hello", options)).length, 1);
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await assert.rejects(write()("Hello", { signal }), reason);
    await assert.rejects(pipeline("text-generation", undefined, { signal }), reason);
  });

  it("refuses labels of one's own where nothing infers", async () => {
    const path = checkpointPath("bert-cls");
    await using classify = await pipeline("zero-shot-classification", path);
    const error = await rejectionOf(UnsupportedFeatureError, classify("a", ["b", "c"]));
    assert.match(error.message, /LABEL_0, LABEL_1, LABEL_2/);
    await rejectionOf(InvalidRequestError, classify("a", []));
  });

  it("names the directions that a model translates in", async () => {
    const settings = (language: string): object => ({ prefix: `to ${language}: ` });
    const task_specific_params = {
      translation_en_to_de: settings("German"),
      translation_en_to_fr: settings("French"),
    };
    const files = { "config.json": { task_specific_params } };
    await withChangedCheckpoint(checkpointPath("t5"), files, async (path) => {
      await using translate = await pipeline("translation", path);
      const error = await rejectionOf(InvalidParameterError, translate("a"));
      assert.match(error.message, /translation_en_to_de, translation_en_to_fr/);
      const options = { src_lang: "en", tgt_lang: "de", max_new_tokens: 2 };
      assert.equal((await translate("a", options)).length, 1);
      await rejectionOf(InvalidParameterError, translate("a", { ...options, tgt_lang: "xx" }));
    });
  });

  it("frees its model", async () => {
    const pipe = await pipeline("text-generation");
    assert.equal(pipe.task, "text-generation");
    await pipe.dispose();
    await pipe.dispose();
    await rejectionOf(InvalidRequestError, pipe("Hello"));
  });
});
