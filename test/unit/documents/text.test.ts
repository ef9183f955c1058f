import assert from "node:assert/strict";
import { decodeText } from "../../../src/documents/decode-text.js";
import { fixture, read, refusal, textOf } from "../../helpers/documents.js";

describe("the encoding of a text", () => {
  const text = "Grüße aus Zürich, 日本語";

  it("is UTF-8 or UTF-16, with or without a mark", () => {
    const wide = Buffer.from(text, "utf16le");
    assert.equal(decodeText(Buffer.from(text)), text);
    assert.equal(decodeText(Buffer.from(`\uFEFF${text}`)), text);
    assert.equal(decodeText(Buffer.concat([Buffer.from([0xff, 0xfe]), wide])), text);
    const swapped = Buffer.concat([Buffer.from([0xff, 0xfe]), wide]).swap16();
    assert.equal(decodeText(swapped), text);
    assert.equal(decodeText(Buffer.from("plain words", "utf16le")), "plain words");
  });

  it("is what was declared, if UTF-8 is impossible, and else windows-1252", () => {
    const latin = Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65, 0x20, 0x80]);
    assert.equal(decodeText(latin), "Grüße €");
    const japanese = Buffer.from([0x93, 0xfa, 0x96, 0x7b]);
    assert.equal(decodeText(japanese, "shift_jis"), "日本");
    assert.equal(decodeText(latin, "no-such-charset"), "Grüße €");
    // A wrong declaration does not spoil what is valid UTF-8.
    assert.equal(decodeText(Buffer.from(text), "shift_jis"), text);
  });

  it("is none for binary data", async () => {
    assert.equal(decodeText(Buffer.from([1, 2, 3, 0, 4, 5])), undefined);
    const error = await refusal(Buffer.from([0x13, 0x37, 0, 0, 1, 2, 3, 4, 5]), { name: "a.txt" });
    assert.match(error.problem, /binary data of an unknown kind \(it begins with 13 37 00/);
    assert.match(error.remedy, /^Served are pictures/);
  });
});

describe("a text", () => {
  it("stays as it is, with its language behind the fence", async () => {
    const code = "def f():\n\treturn 1\n";
    assert.equal(
      await textOf(code, { name: "f.py" }),
      'File "f.py" (python source code, 2 lines):\n```python\ndef f():\n\treturn 1\n```',
    );
    assert.match(await textOf("# Title", { name: "a.md" }), /\(Markdown, 1 line\):\n```\n# Title/);
    assert.match(await textOf("words"), /^File \(text, 1 line\):/);
    assert.match(await textOf("   \n"), /^File \(text, 1 line, empty\):/);
  });

  it("may be JSON that is nested as deeply as it likes", async () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    assert.ok((await textOf(deep, { declaredType: "application/json" })).includes("[[[[]]]]"));
  });

  it("is recognised by its content when name and type say nothing", async () => {
    assert.equal((await read("<!DOCTYPE html><p>Hi")).type, "text/html");
    assert.equal(
      (await read("a,b\n1,2", { declaredType: "text/csv; charset=utf-8" })).type,
      "text/csv",
    );
    assert.equal((await read("a,b\n1,2", { name: "x.txt" })).type, "text/plain");
    const renamed = await read(fixture("report.docx"), { name: "report.txt" });
    assert.match(renamed.type, /wordprocessingml/);
  });

  it("has at most so many characters", async () => {
    const limits = { pages: 1, rows: 1, characters: 10, pixels: 1 };
    const error = await refusal("12345678901", { limits });
    assert.match(error.problem, /has 11 characters, and at most 10 are allowed/);
    assert.deepEqual(error.details, { limit: "characters", characters: 11, allowed: 10 });
  });

  it("may be as short as can be", async () => {
    for (const text of ["a", "ab", "PK", "{", "%PD"]) {
      assert.ok((await textOf(text)).includes(`\n${text}\n`), text);
    }
  });

  it("is none when it is empty, or RTF", async () => {
    assert.equal((await refusal("")).problem, "is empty");
    assert.match((await refusal("{\\rtf1 Hi}")).remedy, /DOCX or PDF/);
  });
});
