import assert from "node:assert/strict";
import { useProvider } from "../helpers/provider.js";
import { REFERENCE } from "../helpers/reference.js";

describe("the embedded model at temperature 0", () => {
  const llm = useProvider();

  for (const { messages, output } of REFERENCE) {
    it(`answers as transformers does: ${JSON.stringify(messages[0]?.content)}`, async () => {
      assert.equal(await llm().generate(messages), output);
    });
  }

  it("takes a string as one user message", async () => {
    for (const { messages, output } of REFERENCE) {
      const [message] = messages;
      assert.ok(messages.length === 1 && typeof message?.content === "string");
      assert.equal(await llm().generate(message.content), output);
    }
  });

  it("takes content in parts", async () => {
    const content = [{ type: "text", text: "Who are you?" }] as const;
    assert.equal(
      await llm().generate([{ role: "user", content }]),
      await llm().generate("Who are you?"),
    );
  });
});
