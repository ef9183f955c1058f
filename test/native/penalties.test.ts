import assert from "node:assert/strict";
import type { GenerateOptions } from "../../src/index.js";
import { useProvider } from "../helpers/provider.js";

// The prompt has A three times and B never. Both are lifted far above all other tokens,
// so that a step chooses between these two only.
const PROMPT = "A fox and a fox and a fox";
const A = " fox";
const B = " map";
const LIFT = 1000;

describe("penalties", () => {
  const llm = useProvider();
  let a = -1;
  let b = -1;
  let unpenalised = NaN;

  before(async () => {
    [a = -1] = await llm().tokenize(A);
    [b = -1] = await llm().tokenize(B);
    unpenalised = await flipPoint({});
  });

  /** The bias at which B overtakes A, up to 1/32: so each logit's change can be weighed. */
  async function flipPoint(options: GenerateOptions): Promise<number> {
    let [low, high] = [-64, 64];
    while (high - low > 1 / 32) {
      const middle = (low + high) / 2;
      const logit_bias = { [a]: LIFT, [b]: LIFT + middle };
      const text = await llm().generate(PROMPT, { max_tokens: 1, logit_bias, ...options });
      assert.ok(text === A || text === B, text);
      if (text === B) high = middle;
      else low = middle;
    }
    return (low + high) / 2;
  }

  async function assertShift(options: GenerateOptions, wanted: number, slack = 1 / 16) {
    const shift = unpenalised - (await flipPoint(options));
    assert.ok(Math.abs(shift - wanted) <= slack, `${String(shift)} instead of ${String(wanted)}`);
  }

  it("logit_bias adds exactly what it says", async () => {
    const text = async (bias: number): Promise<string> =>
      await llm().generate(PROMPT, {
        max_tokens: 1,
        logit_bias: { [a]: LIFT, [b]: LIFT + unpenalised + bias },
      });
    assert.equal(await text(-1 / 8), A);
    assert.equal(await text(1 / 8), B);
  });

  it("presence_penalty is subtracted once from what occurred", async () => {
    await assertShift({ presence_penalty: 1.5 }, 1.5);
  });

  it("a negative presence_penalty is added", async () => {
    await assertShift({ presence_penalty: -1.5 }, -1.5);
  });

  it("frequency_penalty is subtracted for each time", async () => {
    await assertShift({ frequency_penalty: 0.5 }, 3 * 0.5);
  });

  it("penalties add up", async () => {
    await assertShift({ frequency_penalty: 0.5, presence_penalty: 1 }, 3 * 0.5 + 1);
  });

  it("repetition_penalty divides the logits of what occurred", async () => {
    // A's own logit is unknown but small beside the lift.
    await assertShift({ repetition_penalty: 1.01 }, LIFT - LIFT / 1.01, 0.5);
  });

  it("penalty_last_n of 0 turns them off", async () => {
    const all = { presence_penalty: 2, frequency_penalty: 2, repetition_penalty: 2 };
    await assertShift({ ...all, penalty_last_n: 0 }, 0);
  });

  it("penalty_last_n bounds how far back they look", async () => {
    // The template ends a user message with these tokens, of which none is A.
    const tail = (await llm().tokenize("\nassistant\n")).length + 2;
    await assertShift({ frequency_penalty: 0.5, penalty_last_n: tail }, 0);
    await assertShift({ frequency_penalty: 0.5, penalty_last_n: tail + 1 }, 0.5);
  });

  it("counts what was generated, too", async () => {
    // Each A costs itself 2, so B comes once its handicap of 32 is used up, and goes on.
    const logit_bias = { [a]: LIFT, [b]: LIFT + unpenalised - 32 };
    const options = { logit_bias, max_tokens: 40 };
    assert.equal(await llm().generate(PROMPT, options), A.repeat(40));
    const text = await llm().generate(PROMPT, { ...options, frequency_penalty: 2 });
    assert.ok(text.startsWith(A.repeat(10)) && text.includes(B), text);
  });

  it("lets go of what is further back than penalty_last_n", async () => {
    // Halved, the lift is lost; and only the token before counts.
    const logit_bias = { [a]: LIFT, [b]: LIFT - 100 };
    const options = { logit_bias, max_tokens: 8, repetition_penalty: 2, penalty_last_n: 1 };
    assert.equal(await llm().generate(PROMPT, options), (A + B).repeat(4));
  });
});
