import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { fixture, read, refusal, textOf, DOCUMENT_LIMITS } from "../../helpers/documents.js";
import { makeDocx, makeXlsx, makeZip } from "../../helpers/zip.js";

const REPORT = [
  "# Quarterly report",
  "Sales rose by 12 %, and the café in Zürich opened.",
  "## Numbers",
  "| Region | Sales |\n| --- | --- |\n| North | 1200 |\n| South \\| East | 950 |",
  "- First point\n- Second point\n  - Nested\n",
];

describe("a Word document", () => {
  it("of LibreOffice becomes Markdown", async () => {
    const text = await textOf(fixture("report.docx"), { name: "report.docx" });
    assert.match(text, /^File "report\.docx" \(Word document\):\n```\n# Quarterly/);
    for (const part of [...REPORT, "1. One\n2. Two"]) assert.ok(text.includes(part), part);
  });

  it("has no deleted text, no instructions of fields and nothing twice", async () => {
    const text = await textOf(
      makeDocx(
        "<w:p><w:r><w:t>kept</w:t></w:r><w:ins><w:r><w:t> added</w:t></w:r></w:ins>" +
          "<w:del><w:r><w:delText> gone</w:delText></w:r></w:del>" +
          "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:tab/><w:t>end</w:t><w:br/><w:t>line</w:t></w:r></w:p>" +
          "<mc:AlternateContent><mc:Choice><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Choice>" +
          "<mc:Fallback><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>",
      ),
    );
    assert.match(text, /\nkept added\tend\nline\n\nbox\n/);
  });

  it("has its notes at the end, and the words for its pictures", async () => {
    const notes =
      '<w:footnotes><w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>' +
      '<w:footnote w:id="2"><w:p><w:r><w:t>A source.</w:t></w:r></w:p></w:footnote></w:footnotes>';
    const body =
      '<w:p><w:r><w:t>Claim</w:t><w:footnoteReference w:id="2"/></w:r></w:p>' +
      '<w:p><w:r><w:drawing><wp:docPr id="1" descr="A red cat"/></w:drawing></w:r></w:p>';
    const text = await textOf(makeDocx(body, [{ name: "word/footnotes.xml", content: notes }]));
    assert.match(text, /Claim\[\^2\]\n\n\[image: A red cat\]\n\n\[\^2\]:\n\nA source\./);
  });
});

describe("a workbook", () => {
  it("of LibreOffice becomes a table per visible sheet", async () => {
    const text = await textOf(fixture("book.xlsx"), { name: "book.xlsx" });
    assert.match(text, /^File "book\.xlsx" \(Excel workbook, 2 sheets\):/);
    assert.ok(
      text.includes(
        '## Sheet "Orders" (4 columns, 2 rows)\n\n| Day | Customer | Amount | Paid |\n' +
          "| --- | --- | --- | --- |\n| 2024-02-29 | Müller \\| Söhne | 12.5 | 1 |\n" +
          '| 1999-12-31 |  | 25 | 0 |\n\n## Sheet "Empty" (empty)\n\n1 hidden sheet not shown.',
      ),
      text,
    );
    assert.ok(!text.includes("hidden value"));
  });

  it("has cells of every type, wherever they are", async () => {
    const text = await textOf(
      makeXlsx(
        '<row><c r="A1" t="inlineStr"><is><r><t>na</t></r><r><t>me</t></r><rPh><t>x</t></rPh></is></c><c r="C1" t="str"><v>unit</v></c></row>' +
          '<row><c r="B2" t="b"><v>1</v></c><c><v>0.30000000000000004</v></c><c t="e"><v>#DIV/0!</v></c></row>' +
          '<row r="9"><c r="ZZZZZ9" t="s"><v>77</v></c></row>',
      ),
    );
    assert.match(text, /\| name \|  \| unit \|  \|\n\|  \| TRUE \| 0\.3 \| #DIV\/0! \|/);
  });

  it("shows times and dates of either calendar", async () => {
    const styles =
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-409]d\\ mmm\\ yyyy"/><numFmt numFmtId="165" formatCode="0.00&quot;days&quot;"/><numFmt numFmtId="166" formatCode="[h]:mm"/></numFmts>' +
      '<cellXfs><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>';
    const workbook =
      '<Relationships><Relationship Id="a" Type="x/worksheet" Target="s.xml"/>' +
      '<Relationship Id="b" Type="x/styles" Target="styles.xml"/></Relationships>';
    const cells = [0, 1, 2, 3].map((style) => `<c s="${String(style)}"><v>45351.75</v></c>`);
    const text = await textOf(
      makeXlsx(
        `<row>${cells.join("")}</row><row><c s="1"><v>0.5</v></c><c s="1"><v>-1</v></c><c s="4"><v>1.5</v></c></row>`,
        [
          { name: "xl/styles.xml", content: styles },
          { name: "xl/_rels/workbook.xml.rels", content: workbook },
        ],
      ),
    );
    assert.match(
      text,
      /\| 45351\.75 \| 2024-02-29 18:00:00 \| 2024-02-29 18:00:00 \| 45351\.75 \|/,
    );
    assert.match(text, /\| 12:00:00 \| -1 \| 36:00:00 \|/);
  });

  it("keeps so many rows, and does not make the cells of the others", async () => {
    const rows = Array.from(
      { length: 5000 },
      (_, row) => `<row><c r="XFD${String(row + 1)}"><v>${String(row)}</v></c></row>`,
    );
    const limits = { ...DOCUMENT_LIMITS, rows: 2 };
    const text = await textOf(makeXlsx(rows.join("")), { limits });
    assert.match(text, /16,384 columns, 5,000 rows, the first 2 of them shown/);
  });
});

describe("other office files", () => {
  it("of LibreOffice are read, too", async () => {
    const odt = await textOf(fixture("report.odt"), { name: "report.odt" });
    for (const part of REPORT) assert.ok(odt.includes(part), part);
    const ods = await textOf(fixture("book.ods"));
    assert.match(ods, /OpenDocument spreadsheet, 2 sheets/);
    assert.match(ods, /\| 2024-02-29 \| Müller \\\| Söhne \| 12\.5 \|/);
    assert.match(ods, /1 hidden sheet not shown/);
    assert.ok(!ods.includes("hidden value"));
    for (const name of ["slides.pptx", "slides.odp"]) {
      const slides = await textOf(fixture(name));
      assert.match(slides, /## Slide 1\n\nPlans for spring\n\nPlant trees\n\nPaint the fence/);
      assert.match(slides, /Notes:\s+Mention the budget\.\n\n## Slide 2\n\nQuestions/);
    }
    const epub = await textOf(fixture("report.epub"));
    assert.match(epub, /\(EPUB book\)/);
    assert.match(epub, /\| North \| 1200 \|/);
  });

  it("have at most so many slides", async () => {
    const error = await refusal(fixture("slides.pptx"), {
      limits: { ...DOCUMENT_LIMITS, pages: 1 },
    });
    assert.match(error.problem, /has 2 pages, and at most 1/);
  });

  it("are refused with a remedy when they are old, encrypted or no documents", async () => {
    assert.match((await refusal(fixture("report.doc"))).problem, /old Word document/);
    const protectedFile = Buffer.alloc(2048);
    protectedFile.writeUInt32BE(0xd0cf11e0);
    protectedFile.write("EncryptedPackage", 1024, "utf16le");
    assert.equal((await refusal(protectedFile)).problem, "is encrypted");
    const encrypted = makeZip([
      { name: "[Content_Types].xml", content: "" },
      { name: "_rels/.rels", content: "x", encrypted: true },
    ]);
    assert.equal((await refusal(encrypted)).problem, "is encrypted");
    const archive = makeZip([{ name: "a.txt", content: "a" }]);
    assert.match((await refusal(archive)).problem, /zip archive, and none of a document/);
  });
});

describe("a hostile archive", () => {
  it("is stopped when it inflates to far more than it is", async () => {
    const bomb = makeDocx(`<w:p>${" ".repeat(40 * 2 ** 20)}</w:p>`);
    assert.ok(bomb.length < 100_000);
    assert.match((await refusal(bomb)).problem, /zip bomb/);
    const claims = makeZip([
      { name: "[Content_Types].xml", content: "" },
      { name: "_rels/.rels", content: " ".repeat(40 * 2 ** 20), claimedSize: 10 },
    ]);
    assert.match((await refusal(claims)).problem, /zip bomb/);
  });

  it("is refused when it is cut off anywhere, or damaged", async () => {
    const whole = fixture("report.docx");
    for (let end = 5; end < whole.length; end += 97) {
      assert.match((await refusal(whole.subarray(0, end))).problem, /damaged/);
    }
    for (let round = 0; round < 60; round++) {
      const broken = Buffer.from(whole);
      randomBytes(8).copy(broken, 4 + ((round * 379) % (whole.length - 12)));
      // Whatever comes of it: a text, or a refusal; nothing else is thrown.
      await read(broken).catch((error: unknown) => {
        assert.equal((error as Error).name, "DocumentError");
      });
    }
  });

  it("may not have endlessly many entries, nor nest endlessly", async () => {
    const many = makeZip(
      Array.from({ length: 10_001 }, (_, index) => ({ name: String(index), content: "" })),
    );
    assert.match((await refusal(many)).problem, /10001 entries/);
    assert.match((await refusal(makeDocx("<w:p>".repeat(5000)))).problem, /nested too deeply/);
  });

  it("expands no entities, and follows no way out of itself", async () => {
    const entities =
      '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY f SYSTEM "file:///etc/passwd">]>';
    const text = await textOf(makeDocx(`${entities}<w:p><w:r><w:t>&a;&f;&amp;</w:t></w:r></w:p>`));
    assert.match(text, /&a;&f;&\n/);
  });
});
