import assert from "node:assert/strict";

import { HuggingFaceProvider, InvalidParameterError } from "../../src/index.js";
import { rejectionOf } from "../helpers/rejection.js";

describe("a grammar from a stranger", () => {
  const llm = new HuggingFaceProvider({ context_window: 256 });
  after(() => llm.cleanup());

  const answer = (grammar: string): Promise<string> =>
    llm.generate("Hi", { grammar, max_tokens: 8, temperature: 0 }).then(String);

  for (const [name, hidden] of [
    ["a comment", `#${")".repeat(300_000)}\n`],
    ["a comment that ends with a carriage return", `#"\r`],
    ["a comment in a repetition", `a ::= "x"{#}"\n2}\n`],
    ["the name of a token", `a ::= <">\n`],
    ["a literal", `a ::= "${")".repeat(300_000)}"\n`],
    ["parentheses that close nothing", ")".repeat(300_000)],
  ] as const) {
    it(`cannot hide how deep its groups are: ${name}`, async () => {
      const error = await rejectionOf(
        InvalidParameterError,
        answer(`${hidden}root ::= ${"(".repeat(400_000)}`),
      );
      assert.match(error.message, /The grammar is not valid GBNF: groups are nested more than 256/);
    });
  }

  it("may have any number of parentheses in its texts", async () => {
    const text = "(".repeat(300);
    assert.ok(text.startsWith(await answer(`root ::= "${text}"`)));
  });

  it("is told where it ends too early", async () => {
    const error = await rejectionOf(InvalidParameterError, answer("root ::= ("));
    assert.match(error.message, /at the end of the text/);
  });
});

describe("typical sampling", () => {
  it("is not changed by a token that is out of the question", async () => {
    const llm = new HuggingFaceProvider({ context_window: 256 });
    const texts = async (bias: number | false): Promise<string[]> =>
      await Promise.all(
        Array.from(
          { length: 24 },
          async (_, seed) =>
            await llm.generate("Once", {
              typical_p: 0.2,
              seed,
              max_tokens: 6,
              logit_bias: { 3: bias },
            }),
        ),
      );
    try {
      assert.deepEqual(await texts(-100), await texts(false));
    } finally {
      await llm.cleanup();
    }
  });
});
