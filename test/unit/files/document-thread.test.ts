import assert from "node:assert/strict";
import { MediaError } from "../../../src/errors.js";
import { resolveFiles, resolveSources } from "../../../src/files.js";
import { toSource } from "../../../src/files/source.js";
import type { DocumentRequest } from "../../../src/documents/request.js";
import { DocumentThread } from "../../../src/files/document-thread.js";
import { DOCUMENT_LIMITS, fixturePath } from "../../helpers/documents.js";
import { makePdf } from "../../helpers/pdf.js";
import { rejection, rejectionOf } from "../../helpers/rejection.js";
import { makeDocx, makeXlsx } from "../../helpers/zip.js";

/** A document that takes far longer than any test may. */
function endless(): Buffer {
  // Every page draws the same form a million times over, by forms of forms.
  const levels = Array.from({ length: 9 }, (_, level) => level);
  const forms = levels.map((level) => {
    const next = level === 8 ? "0 0 1 1 re f" : "/X Do ".repeat(10);
    const resources =
      level === 8 ? "" : `/Resources << /XObject << /X ${String(7 + level)} 0 R >> >>`;
    return `${String(6 + level)} 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] ${resources} /Length ${String(next.length)} >>\nstream\n${next}\nendstream\nendobj\n`;
  });
  const plain = makePdf([["x"]]).toString("latin1");
  const paged = plain
    .replace("/Resources << /Font", "/Resources << /XObject << /X 6 0 R >> /Font")
    .replace("(x) Tj T*", "(x) Tj T* /X Do");
  // The table of offsets is wrong then, and is made anew by the reader.
  return Buffer.from(
    paged.replace(/xref[^]*$/, `${forms.join("")}trailer << /Root 1 0 R >>`),
    "latin1",
  );
}

describe("the thread that reads documents", () => {
  it("leaves this one free", async () => {
    const rows = Array.from(
      { length: 200_000 },
      (_, row) => `${String(row)},some text,${"x".repeat(20)}`,
    );
    const table = new File([["id,a,b", ...rows].join("\n")], "large.csv");
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns++;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    const [file] = await resolveFiles([table]);
    isDone = true;
    assert.match(
      file?.kind === "text" ? file.text : "",
      /3 columns, 200,000 rows, the first 1,000/,
    );
    assert.ok(turns > 20, String(turns));
  });

  it("ends in the middle of a document when the signal aborts", async () => {
    const controller = new AbortController();
    const call = resolveFiles([endless()], { signal: controller.signal });
    setTimeout(() => {
      controller.abort("enough");
    }, 300);
    assert.equal(await rejection(call), "enough");
  });

  it("ends when the time for a document is over", async () => {
    const error = await rejectionOf(
      MediaError,
      resolveFiles([endless()], { limits: { seconds: 0.5 } }),
    );
    assert.match(error.message, /takes longer than 0\.5 s/);
  });

  it("reads several documents, and names the one that fails", async () => {
    const inputs = ["report.docx", "report.pdf", "book.xlsx", "scan.pdf"].map(fixturePath);
    const files = await resolveFiles(inputs);
    assert.deepEqual(
      files.map(({ kind, name }) => `${kind} ${name ?? ""}`),
      ["text report.docx", "text report.pdf", "text book.xlsx", "text scan.pdf", "image scan.pdf"],
    );
    const bomb = new File([makeDocx(`<w:p>${" ".repeat(40 * 2 ** 20)}</w:p>`)], "bomb.docx");
    const error = await rejectionOf(MediaError, resolveFiles([...inputs, bomb]));
    assert.match(error.message, /^The file "bomb\.docx" is a zip bomb/);
    assert.equal(error.details.index, 4);
  });

  it("ends alone when a document needs more memory than it may, and can be started again", async () => {
    const strings = Array.from(
      { length: 400_000 },
      (_, index) => `<si><t>é${String(index)}</t></si>`,
    );
    const relationships =
      '<Relationships><Relationship Id="a" Type="x/worksheet" Target="s.xml"/>' +
      '<Relationship Id="b" Type="x/sharedStrings" Target="t.xml"/></Relationships>';
    const book = makeXlsx("", [
      { name: "xl/_rels/workbook.xml.rels", content: relationships },
      { name: "xl/t.xml", content: `<sst>${strings.join("")}</sst>` },
    ]);
    const thread = new DocumentThread(16);
    const label = { text: '"book.xlsx"', index: 0 };
    const signal = new AbortController().signal;
    const request = (bytes: Uint8Array): DocumentRequest => ({
      bytes: new Uint8Array(bytes),
      ...{ name: undefined, declaredType: undefined, limits: DOCUMENT_LIMITS, pictures: true },
    });
    try {
      const call = thread.read(request(book), label, signal);
      const { message } = await rejectionOf(MediaError, call);
      assert.match(message, /^The file "book\.xlsx" needs more memory than a document may/);
      const { items } = await thread.read(request(Buffer.from("words")), label, signal);
      assert.equal(items.length, 1);
    } finally {
      await thread.end();
    }
  });

  it("gives what each file becomes, and names the places of those without a name", async () => {
    const [scan, text] = await resolveSources([
      toSource(fixturePath("scan.pdf"), 0, "files[0]"),
      toSource(Buffer.from("words"), 1, "files[1]"),
    ]);
    assert.deepEqual(
      scan?.map(({ kind }) => kind),
      ["text", "image"],
    );
    assert.equal(text?.length, 1);
    const place = "messages[2].content[0]";
    const call = resolveSources([toSource(Buffer.from("\0\0"), undefined, place)]);
    const { message, details } = await rejectionOf(MediaError, call);
    assert.match(message, /^The file messages\[2\]\.content\[0\] \(a Buffer\) is binary data/);
    assert.ok(!("index" in details));
  });

  it("obeys the limits of its call", async () => {
    const pdf = makePdf([["one"], ["two"]]);
    const error = await rejectionOf(MediaError, resolveFiles([pdf], { limits: { pages: 1 } }));
    assert.match(error.message, /has 2 pages, and at most 1 are allowed\. .*file_limits\.pages/);
    assert.deepEqual(error.details["pages"], 2);
    const scan = resolveFiles([fixturePath("scan.pdf")], { pictures: false });
    assert.match((await rejectionOf(MediaError, scan)).message, /has no text/);
  });
});
