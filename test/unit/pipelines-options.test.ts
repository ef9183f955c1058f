import assert from "node:assert/strict";

import type { GenerateOptions } from "../../src/config/types.js";
import { InvalidParameterError } from "../../src/errors.js";
import { generationOptions } from "../../src/pipelines/generation-options.js";
import type { PipelineModel } from "../../src/pipelines/task-pipeline.js";

const GREEDY: GenerateOptions = { max_tokens: 256, temperature: 0 };

function options(given: object, configured: PipelineModel["configured"] = {}): GenerateOptions {
  const model = { task: "image-to-text", configured } as PipelineModel;
  return generationOptions(model, given, GREEDY).options;
}

describe("the options of a pipeline that generates", () => {
  it("are the task's, where nothing else was said", () => {
    assert.deepEqual(options({}), GREEDY);
    assert.deepEqual(options({}, { temperature: 0.5 }), { max_tokens: 256 });
  });

  it("sample with do_sample, though the task is greedy by default", () => {
    assert.deepEqual(options({ do_sample: true }), { max_tokens: 256 });
    assert.deepEqual(options({ do_sample: true, temperature: 0.7 }), {
      max_tokens: 256,
      temperature: 0.7,
    });
    assert.equal(options({ do_sample: false, temperature: 0.7 }).temperature, 0);
  });

  it("do not sample and stay greedy at once", () => {
    assert.throws(() => options({ do_sample: true, temperature: 0 }), InvalidParameterError);
    assert.throws(() => options({ do_sample: true }, { temperature: 0 }), InvalidParameterError);
  });

  it("have each option once, whatever its name", () => {
    assert.throws(
      () => options({ max_new_tokens: 4, max_tokens: 5 }),
      /"max_new_tokens" and "max_tokens" are the same option/,
    );
    assert.equal(options({ max_new_tokens: 4 }).max_tokens, 4);
  });
});
