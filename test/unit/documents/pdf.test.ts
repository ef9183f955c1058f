import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadPdfium } from "../../../src/documents/pdfium.js";
import { limitMemory } from "../../../src/documents/wasm-memory.js";
import { DOCUMENT_LIMITS, fixture, read, refusal, textOf } from "../../helpers/documents.js";
import { makePdf } from "../../helpers/pdf.js";

describe("a PDF", () => {
  it("of LibreOffice is read in its order, page by page", async () => {
    const text = await textOf(fixture("report.pdf"), { name: "report.pdf" });
    assert.match(text, /^File "report\.pdf" \(PDF, 1 page\):\n```\n\[Page 1\]\nQuarterly report\n/);
    assert.match(text, /the café in Zürich opened\.\n[^]*Region Sales\nNorth 1200/);
  });

  it("may have a hundred pages", async () => {
    const pages = Array.from({ length: 100 }, (_, page) => [`Words of page ${String(page + 1)}.`]);
    const text = await textOf(makePdf(pages));
    assert.match(text, /PDF, 100 pages/);
    assert.match(
      text,
      /\[Page 1\]\nWords of page 1\.\n\n\[Page 2\][^]*\[Page 100\]\nWords of page 100\./,
    );
    const limits = { ...DOCUMENT_LIMITS, pages: 99 };
    assert.match(
      (await refusal(makePdf(pages), { limits })).problem,
      /has 100 pages, and at most 99/,
    );
  });

  it("gives scanned pages as pictures, in their place", async () => {
    const { type, items } = await read(fixture("mixed.pdf"), { name: "mixed.pdf" });
    assert.equal(type, "application/pdf");
    assert.deepEqual(
      items.map(({ kind }) => kind),
      ["text", "text", "image"],
    );
    const [first, second, third] = items;
    assert.ok(first?.kind === "text" && second?.kind === "text" && third?.kind === "image");
    assert.match(first.text, /^File "mixed\.pdf" \(PDF, page 1 of 2\):/);
    assert.equal(second.text, 'File "mixed.pdf" (PDF, page 2 of 2, as a picture):');
    const png = Buffer.from(third.bytes);
    assert.equal(png.toString("latin1", 1, 4), "PNG");
    // A4, upright.
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    assert.equal(height, 1568);
    assert.ok(Math.abs(height / width - Math.SQRT2) < 0.01);
  });

  it("draws pages with at most so many pixels", async () => {
    const limits = { ...DOCUMENT_LIMITS, pixels: 10_000 };
    const { items } = await read(fixture("scan.pdf"), { limits });
    const image = items.find((item) => item.kind === "image");
    assert.ok(image !== undefined);
    const png = Buffer.from(image.bytes);
    assert.ok(png.readUInt32BE(16) * png.readUInt32BE(20) <= 10_000);
  });

  it("says what is missing to models that take no pictures", async () => {
    const text = await textOf(fixture("mixed.pdf"), { pictures: false });
    assert.match(text, /\[Page 2\]\n\(a picture without text\)/);
    const error = await refusal(fixture("scan.pdf"), { pictures: false });
    assert.match(error.problem, /has no text: its pages are pictures/);
    assert.match(error.remedy, /model that takes pictures/);
  });

  it("has what was written into its forms", async () => {
    const field = [
      "<< /Type /Annot /Subtype /Widget /FT /Tx /F 4 /T (n) /V (Ada) /Rect [60 245 200 262] /AP << /N 7 0 R >> >>",
      "<< /Type /XObject /Subtype /Form /BBox [0 0 140 17] /Resources << /Font << /F1 3 0 R >> >> /Length 44 >>\n" +
        "stream\n/Tx BMC BT /F1 10 Tf 2 4 Td (Ada Lovelace) Tj ET EMC\nendstream",
    ];
    const form = field.map((object, index) => `${String(6 + index)} 0 obj\n${object}\nendobj\n`);
    const plain = makePdf([["Name:"]], "/AcroForm << /Fields [6 0 R] >>").toString("latin1");
    const paged = plain.replace("/Type /Page /", "/Type /Page /Annots [6 0 R] /");
    // Without its table of offsets: the reader makes one.
    const file = paged.replace(/xref[^]*$/, `${form.join("")}trailer << /Root 1 0 R >>`);
    assert.match(await textOf(Buffer.from(file, "latin1")), /Name:\s+Ada Lovelace/);
  });

  it("runs no scripts", async () => {
    const script = "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>";
    assert.match(await textOf(makePdf([["Words."]], script)), /\[Page 1\]\nWords\./);
  });

  it("is refused when it is encrypted", async () => {
    assert.equal((await refusal(fixture("encrypted.pdf"))).problem, "is encrypted");
  });

  it("is read as far as it can be when it is damaged, or refused", async () => {
    const whole = fixture("report.pdf");
    for (let round = 1; round < 12; round++) {
      const cut = whole.subarray(0, Math.floor((whole.length * round) / 12));
      await read(cut).catch((error: unknown) => {
        assert.equal((error as Error).name, "DocumentError");
      });
    }
    assert.match((await refusal("%PDF-1.7\nnothing")).problem, /damaged/);
  });

  it("may have other bytes in front of it", async () => {
    const late = Buffer.concat([Buffer.from("\n\n"), makePdf([["Words."]])]);
    assert.match(await textOf(late), /Words\./);
  });
});

describe("the memory of a WebAssembly module", () => {
  it("does not hold more than it may: such a document is refused", async () => {
    const wasm = fileURLToPath(import.meta.resolve("@embedpdf/pdfium/pdfium.wasm"));
    const pdfium = await loadPdfium(wasm, 512);
    assert.throws(() => pdfium.open(Buffer.alloc(64 * 2 ** 20)), {
      name: "DocumentError",
      problem: "is too large to be opened",
    });
    // And goes on with what fits.
    assert.equal(pdfium.open(makePdf([["Words."]])).pageCount, 1);
  });

  it("has the maximum that it is given, and the rest of the module stays", () => {
    const path = fileURLToPath(import.meta.resolve("@embedpdf/pdfium/pdfium.wasm"));
    const module = readFileSync(path);
    const limited = limitMemory(module, 2 ** 14);
    assert.equal(limited.length, module.length);
    const changed = module.reduce((sum, byte, at) => sum + (byte === limited[at] ? 0 : 1), 0);
    assert.ok(changed > 0 && changed < 4);
    assert.throws(
      () => limitMemory(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]), 1),
      /no memory/,
    );
  });
});
