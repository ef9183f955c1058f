import assert from "node:assert/strict";
import { firstPiece, generateEndlessly } from "../helpers/endless.js";
import { collect, isWellFormed } from "../helpers/pieces.js";
import { useProvider } from "../helpers/provider.js";
import { answerTo, STORY, STORY_PROMPT } from "../helpers/reference.js";

// In the embedded model's vocabulary each of these takes several tokens per character.
const EXOTIC = "😀é漢字עברית🇫🇷👩‍👩‍👧‍👦e\u0301";

describe("a generation", () => {
  const llm = useProvider();

  it("streams in pieces that join to the awaited text", async () => {
    const pieces = await collect(llm().generate(STORY_PROMPT, { stream: true }));
    assert.equal(pieces.join(""), STORY);
    assert.ok(pieces.every((piece) => piece !== ""));
  });

  it("streams while it goes on", async () => {
    const run = generateEndlessly(llm());
    let over = false;
    const end = run.result().then(() => {
      over = true;
    });
    await firstPiece(run);
    assert.equal(over, false);
    await end;
    assert.ok((await collect(run)).length === 1, "late, all comes at once");
  });

  it("never splits a character", async () => {
    const pieces = await collect(llm().generate("Hello", { grammar: `root ::= "${EXOTIC}"` }));
    assert.equal(pieces.join(""), EXOTIC);
    for (const piece of pieces) {
      assert.ok(isWellFormed(piece) && !piece.includes("\uFFFD"), JSON.stringify(piece));
    }
  });

  it("is well-formed also where max_tokens cuts a character", async () => {
    for (let max_tokens = 1; max_tokens < 12; ++max_tokens) {
      const run = llm().generate("Hello", { grammar: 'root ::= "😀漢é"', max_tokens });
      const pieces = await collect(run);
      assert.ok(pieces.every(isWellFormed));
      const whole = (await run).replace(/\uFFFD$/, "");
      assert.ok("😀漢é".startsWith(whole), whole);
    }
  });

  it("may be awaited, iterated and asked for its result, all at once", async () => {
    const run = llm().generate(STORY_PROMPT);
    const [text, result, first, second] = await Promise.all([
      run,
      run.result(),
      collect(run),
      collect(run),
    ]);
    assert.equal(text, STORY);
    assert.equal(result.text, STORY);
    assert.equal(first.join(""), STORY);
    assert.equal(second.join(""), STORY);
  });

  it("gives everything to an iteration that starts late", async () => {
    const run = llm().generate(STORY_PROMPT);
    await run;
    assert.deepEqual(await collect(run), [STORY]);
  });

  it("is a promise in all but name", async () => {
    const question = "Hello";
    const run = llm().generate(question);
    assert.equal(await run.then((text) => text.length), answerTo(question).length);
    assert.equal(await run.catch(() => "never"), answerTo(question));
    let finished = 0;
    assert.equal(
      await run.finally(() => {
        finished += 1;
      }),
      answerTo(question),
    );
    assert.equal(finished, 1);
    assert.deepEqual(await Promise.all([run, run]), [answerTo(question), answerTo(question)]);
  });

  it("may be abandoned without anyone awaiting it", async () => {
    void llm().generate(STORY_PROMPT);
    assert.equal(await llm().generate("Hello"), answerTo("Hello"));
  });
});
