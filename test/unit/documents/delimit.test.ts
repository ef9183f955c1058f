import assert from "node:assert/strict";
import fc from "fast-check";
import { cleanName, cleanText } from "../../../src/documents/clean-text.js";
import { delimit } from "../../../src/documents/delimit.js";

const NASTY = fc.string({
  unit: fc.oneof(
    fc.constantFrom("`", "``", "```", "\n", "\r", "\u2028", "\0", "\u001b", '"', "\ud800", "~"),
    fc.string({ unit: "binary", maxLength: 3 }),
  ),
  maxLength: 80,
});

/** What a reader takes for the file: the lines between the first fence and its like. */
function parse(text: string): { readonly heading: string; readonly body: string } {
  const lines = text.split("\n");
  const fence = /^`{3,}/.exec(lines[1] ?? "")?.[0] ?? "";
  assert.notEqual(fence, "");
  const end = lines.findIndex((line, index) => index > 1 && line.startsWith(fence));
  assert.equal(end, lines.length - 1, "the text ends its own fence");
  return { heading: lines[0] ?? "", body: lines.slice(2, end).join("\n") };
}

describe("a delimited text", () => {
  it("cannot end itself, whatever it and its name consist of", () => {
    fc.assert(
      fc.property(NASTY, NASTY, (name, text) => {
        const { heading, body } = parse(delimit(name, "text", text, "json"));
        assert.equal(body, cleanText(text).replace(/^\n+/, "").trimEnd());
        assert.match(heading, /^File(?: ".+")? \(text\):$/);
      }),
      { numRuns: 2000 },
    );
  });

  it("has no control characters and no unpaired surrogates", () => {
    fc.assert(
      fc.property(NASTY, (text) => {
        const clean = cleanText(text);

        assert.doesNotMatch(clean, /[\0-\x08\x0b-\x1f\x7f-\x9f]/);
        assert.doesNotMatch(clean, /[\ud800-\udbff](?![\udc00-\udfff])/);
      }),
    );
    assert.equal(cleanText("a\r\nb\rc\td\u001b[1m"), "a\nb\nc\td[1m");
  });

  it("shows names on one line, without what turns the direction of writing", () => {
    assert.equal(cleanName("a\nFile: b\u202egpj.exe"), "a File: b gpj.exe");
    const long = cleanName(`${"x".repeat(500)}.tar.gz`);
    assert.ok(long.length <= 120);
    assert.match(long, /^xxx.*\.\.\.x+\.tar\.gz$/);
  });

  it("names the file, its kind and its size", () => {
    assert.equal(
      delimit('say "hi".md', "Markdown, 1 line", "````\nfour\n"),
      'File "say \\"hi\\".md" (Markdown, 1 line):\n`````\n````\nfour\n`````',
    );
  });
});
