import assert from "node:assert/strict";
import { collect } from "../helpers/pieces.js";
import { useProvider } from "../helpers/provider.js";
import { STORY, STORY_PROMPT } from "../helpers/reference.js";

describe("stop", () => {
  const llm = useProvider();

  // From every place in the story a few, so that they begin and end within tokens and
  // span several of them.
  const substrings = [1, 2, 5, 13, 40].flatMap((length) =>
    [3, 31, 77, 110, 158, 201, 250].map((start) => STORY.slice(start, start + length)),
  );

  it("ends the text before its first occurrence, wherever tokens begin", async () => {
    for (const stop of new Set(substrings)) {
      const run = llm().generate(STORY_PROMPT, { stop });
      const pieces = await collect(run);
      const { text, finish_reason, stop_sequence } = await run.result();
      assert.equal(text, STORY.slice(0, STORY.indexOf(stop)), JSON.stringify(stop));
      assert.equal(pieces.join(""), text);
      assert.equal(finish_reason, "stop");
      assert.equal(stop_sequence, stop);
    }
  });

  it("takes the earliest of several", async () => {
    const stop = ["purple", "frog", "river"];
    const result = await llm().generate(STORY_PROMPT, { stop }).result();
    assert.equal(result.text, STORY.slice(0, STORY.indexOf("frog")));
    assert.equal(result.stop_sequence, "frog");
  });

  it("is reported as the first in the caller's order of those that begin together", async () => {
    const result = await llm()
      .generate(STORY_PROMPT, { stop: ["little frog", "little"] })
      .result();
    assert.equal(result.text, STORY.slice(0, STORY.indexOf("little")));
    assert.ok(["little frog", "little"].includes(result.stop_sequence ?? ""));
  });

  it("may be the very beginning", async () => {
    const run = llm().generate(STORY_PROMPT, { stop: "O" });
    assert.deepEqual(await collect(run), []);
    const { text, usage } = await run.result();
    assert.equal(text, "");
    assert.equal(usage.completion_tokens, 1);
  });

  it("costs nothing of the text when it only begins to match", async () => {
    // Each of these is held back at some point, the last one at the end.
    const stop = ["Once upon a dime", "Nora gave the map back to Nora", `${STORY.slice(-9)}!`];
    const result = await llm().generate(STORY_PROMPT, { stop }).result();
    assert.equal(result.text, STORY);
    assert.equal(result.finish_reason, "stop");
    assert.equal(result.stop_sequence, undefined);
  });

  it("gives back what is held when max_tokens ends the text", async () => {
    const options = { max_tokens: 5 };
    const text = await llm().generate(STORY_PROMPT, options);
    const run = llm().generate(STORY_PROMPT, { ...options, stop: `${text}, and more` });
    assert.equal(await run, text);
  });

  it("works on characters of several tokens", async () => {
    const grammar = 'root ::= "a😀b漢c"';
    const until = (stop: string): PromiseLike<string> => llm().generate("Hello", { grammar, stop });
    assert.equal(await until("😀"), "a");
    assert.equal(await until("b"), "a😀");
    assert.equal(await until("漢c"), "a😀b");
    // The same first bytes, but another character.
    assert.equal(await until("😁"), "a😀b漢c");
  });

  it("takes as many and as long ones as it says", async () => {
    const stop = Array.from({ length: 16 }, (_, i) => String(i).padEnd(1024, "x"));
    assert.equal(await llm().generate(STORY_PROMPT, { stop }), STORY);
  });
});
