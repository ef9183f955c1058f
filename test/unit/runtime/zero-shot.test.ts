import assert from "node:assert/strict";
import { ContextWindowExceededError } from "../../../src/errors.js";
import type { NativeClassifyResult } from "../../../src/native/binding.js";
import { classifyByLabels, type Classify } from "../../../src/runtime/zero-shot.js";
import { rejectionOf } from "../../helpers/rejection.js";

const CHOICE = { labels: ["cat", "dog"], multi_label: false, hypothesis_template: "A {}." };
const CALL = { signal: undefined, onProgress: undefined };
const TEXTS = Array.from({ length: 30 }, (_, index) => String(index));

/** Rows of "dog" entailed, more so for later texts. */
function outcome(text: string): NativeClassifyResult {
  const scores = Float32Array.of(0, 0, 0, 1 + Number(text));
  return { labels: ["contradiction", "entailment"], scores };
}

describe("labels of the caller's own", () => {
  it("are scored for a few texts at a time, in the order of the texts", async () => {
    let [running, most] = [0, 0];
    const classify: Classify = async ({ first = "", texts }) => {
      assert.deepEqual(texts, ["A cat.", "A dog."]);
      most = Math.max(most, ++running);
      // Later ones are done sooner.
      await new Promise((resolve) => setTimeout(resolve, 30 - Number(first)));
      running--;
      return outcome(first);
    };
    const scored = await classifyByLabels(TEXTS, CHOICE, CALL, classify);
    assert.equal(most, 4);
    const best = scored.map(([first]) => first?.score ?? 0);
    assert.equal(best.length, TEXTS.length);
    for (const [index, score] of best.slice(0, 8).entries()) {
      assert.ok(Math.abs(score - 1 / (1 + Math.exp(-1 - index))) < 1e-6);
    }
  });

  it("end with the first failure, which names the text", async () => {
    let calls = 0;
    const signals: AbortSignal[] = [];
    const classify: Classify = async ({ first = "" }, { signal }) => {
      calls++;
      assert.ok(signal !== undefined);
      signals.push(signal);
      if (first !== "2") return await Promise.resolve(outcome(first));
      throw new ContextWindowExceededError("too long", {
        details: { index: 1, prompt_tokens: 9, context_window: 8 },
      });
    };
    const failure = classifyByLabels(TEXTS, CHOICE, CALL, classify);
    const { details } = await rejectionOf(ContextWindowExceededError, failure);
    assert.equal(details["index"], 2);
    assert.ok(calls < TEXTS.length);
    assert.ok(signals.every(({ aborted }) => aborted));
  });
});
