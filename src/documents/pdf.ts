import { beyond, DocumentError, inWords } from "./document-error.js";
import { delimit, heading } from "./delimit.js";
import { loadPdfium, type PdfPage } from "./pdfium.js";
import { encodePng } from "./png.js";
import type { DocumentItem, DocumentLimits } from "./request.js";
import { cleanText } from "./clean-text.js";

/** Letters that a page has to have to count as one of text, where pictures are beside them. */
const LITTLE_TEXT = 200;
/** Of the page's area. */
const LARGE_PICTURE = 0.25;
/** Lines and areas of a diagram. */
const MANY_DRAWINGS = 100;
/** What a page is drawn for: models see some 1000 to 1600 pixels of the longer side. */
const LONGEST_SIDE = 1568;

export interface PdfRequest {
  readonly bytes: Uint8Array;
  readonly name: string | undefined;
  readonly limits: DocumentLimits;
  readonly pictures: boolean;
  /** The path of PDFium's module. */
  readonly wasm: string;
}

/**
 * The pages of a PDF in their order: text, and pictures of those pages that are scanned or
 * are figures for the most part.
 * @throws {DocumentError}
 */
export async function readPdf(request: PdfRequest): Promise<DocumentItem[]> {
  const { bytes, limits } = request;
  const pdfium = await loadPdfium(request.wasm);
  try {
    const file = pdfium.open(bytes);
    const pages = file.pageCount;
    if (pages > limits.pages) throw beyond("pages", pages, limits.pages);
    const writer = new PdfWriter(request, pages);
    for (let index = 0; index < pages; index++) {
      const wasRead = file.withPage(index, (page) => {
        writer.add(index + 1, page);
        return true;
      });
      if (wasRead !== true) writer.addDamaged(index + 1);
    }
    return writer.finish();
  } catch (error) {
    // Out of its memory, or broken by what it read: both stay inside of it.
    if (error instanceof Error && error.name === "RuntimeError") {
      throw new DocumentError("is damaged, or needs more memory than a document may");
    }
    throw error;
  }
}

class PdfWriter {
  readonly #request: PdfRequest;
  readonly #pages: number;
  readonly #items: DocumentItem[] = [];
  #texts: string[] = [];
  #first = 1;
  #last = 0;
  #characters = 0;
  #pictures = 0;

  constructor(request: PdfRequest, pages: number) {
    this.#request = request;
    this.#pages = pages;
  }

  add(number: number, page: PdfPage): void {
    const text = joinLines(page.text());
    this.#characters += text.length;
    const { characters } = this.#request.limits;
    if (this.#characters > characters) throw beyond("characters", this.#characters, characters);
    const isPicture = isPictorial(page, text);
    if (isPicture) this.#pictures++;
    if (isPicture && this.#request.pictures) {
      this.#addPicture(number, page, text);
      return;
    }
    const remark = isPicture && text === "" ? "(a picture without text)" : text;
    this.#addText(number, remark);
  }

  addDamaged(number: number): void {
    this.#addText(number, "(this page is damaged)");
  }

  #addText(number: number, text: string): void {
    this.#last = number;
    this.#texts.push(`[Page ${String(number)}]\n${text}`);
  }

  #addPicture(number: number, page: PdfPage, text: string): void {
    const bytes = page.render(LONGEST_SIDE, this.#request.limits.pixels, (pixels) =>
      encodePng(pixels.rgb, pixels.width, pixels.height, pixels.stride),
    );
    if (bytes === undefined) {
      this.#addText(number, text === "" ? "(this page cannot be drawn)" : text);
      return;
    }
    if (text !== "") this.#addText(number, text);
    this.#flush();
    const facts = `PDF, page ${String(number)} of ${inWords(this.#pages)}, as a picture`;
    this.#items.push({ kind: "text", text: heading(this.#request.name, facts) });
    this.#items.push({ kind: "image", bytes });
    this.#first = number + 1;
    this.#last = number;
  }

  #flush(): void {
    if (this.#texts.length > 0) {
      const text = this.#texts.join("\n\n");
      this.#items.push({ kind: "text", text: delimit(this.#request.name, this.#facts(), text) });
    }
    this.#texts = [];
  }

  #facts(): string {
    const pages = this.#pages;
    if (this.#first === 1 && this.#last === pages) {
      return `PDF, ${inWords(pages)} page${pages === 1 ? "" : "s"}`;
    }
    const [first, last] = [inWords(this.#first), inWords(this.#last)];
    const range = first === last ? `page ${first}` : `pages ${first} to ${last}`;
    return `PDF, ${range} of ${inWords(pages)}`;
  }

  finish(): DocumentItem[] {
    if (this.#characters === 0 && this.#pictures > 0 && !this.#request.pictures) {
      throw new DocumentError(
        "has no text: its pages are pictures",
        "Give it to a model that takes pictures, or have its text recognised (OCR) before.",
        { pages: this.#pages },
      );
    }
    this.#flush();
    return this.#items;
  }
}

function isPictorial(page: PdfPage, text: string): boolean {
  if (text.replaceAll(/\s/g, "").length >= LITTLE_TEXT) return false;
  const { pictures, drawings } = page.objects();
  return pictures >= LARGE_PICTURE || drawings >= MANY_DRAWINGS;
}

/** Words that a line ends in the middle of are put together. */
function joinLines(text: string): string {
  return cleanText(text.replaceAll(/[\x02\uFFFE](?:\r?\n)?/g, "")).trim();
}
