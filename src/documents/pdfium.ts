import { readFile } from "node:fs/promises";
import { init, type WrappedPdfiumModule } from "@embedpdf/pdfium";
import { damaged, DocumentError } from "./document-error.js";
import { encrypted } from "./zip.js";
import { limitMemory } from "./wasm-memory.js";

/** What PDFium may use, the file included: 1 GiB. */
const MEMORY_PAGES = 2 ** 14;
const ERROR_FORMAT = 3;
const ERROR_PASSWORD = 4;
const ERROR_SECURITY = 5;
const TEXT_OBJECT = 1;
const IMAGE_OBJECT = 3;
const FORM_OBJECT = 5;
const MAX_FORM_DEPTH = 4;
const MAX_OBJECTS = 20_000;
const DISPLAY = 0;
const BITMAP_RGB = 2;
const WITH_ANNOTATIONS = 0x01;
const REVERSE_BYTE_ORDER = 0x10;
const WHITE = 0xffffffff;

/** What Emscripten adds to a module, without its types. */
interface Heap {
  readonly HEAPU8: Uint8Array;
  readonly HEAPF32: Float32Array;
  readonly wasmExports: { malloc(size: number): number; free(address: number): void };
}

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  /** Rows of RGB bytes. Of PDFium's own memory: valid until its next call. */
  readonly rgb: Uint8Array;
}

/** What a page has besides text. */
export interface PageObjects {
  /** How much of the page pictures cover, 0 to 1; what lies above each other counts twice. */
  readonly pictures: number;
  /** Lines, areas and shadings. */
  readonly drawings: number;
}

/**
 * PDFium, compiled to WebAssembly: it can touch nothing outside of its own memory, runs no
 * scripts of documents and has no network.
 * @param wasm the path of its module
 * @param memoryPages the most memory that it may use, in pages of 64 KiB
 */
export async function loadPdfium(wasm: string, memoryPages = MEMORY_PAGES): Promise<Pdfium> {
  const ignore = (): void => undefined;
  const module = await init({
    wasmBinary: limitMemory(await readFile(wasm), memoryPages).buffer,
    print: ignore,
    printErr: ignore,
  });
  module.PDFiumExt_Init();
  return new Pdfium(module);
}

export class Pdfium {
  readonly #module: WrappedPdfiumModule;

  constructor(module: WrappedPdfiumModule) {
    this.#module = module;
  }

  /** @throws {DocumentError} for what is damaged or encrypted */
  open(bytes: Uint8Array): PdfFile {
    const heap = heapOf(this.#module);
    const address = heap.wasmExports.malloc(bytes.length);
    if (address === 0) throw new DocumentError("is too large to be opened");
    heap.HEAPU8.set(bytes, address);
    const handle = this.#module.FPDF_LoadMemDocument(address, bytes.length, "");
    if (handle === 0) throw this.#openError();
    return new PdfFile(this.#module, handle);
  }

  #openError(): DocumentError {
    switch (this.#module.FPDF_GetLastError()) {
      case ERROR_PASSWORD:
      case ERROR_SECURITY:
        return encrypted();
      case ERROR_FORMAT:
      default:
        return damaged("PDF", "its structure cannot be read");
    }
  }
}

/** An open document. It is never closed: its memory goes with the thread. */
export class PdfFile {
  readonly #module: WrappedPdfiumModule;
  readonly #handle: number;

  constructor(module: WrappedPdfiumModule, handle: number) {
    this.#module = module;
    this.#handle = handle;
  }

  get pageCount(): number {
    return this.#module.FPDF_GetPageCount(this.#handle);
  }

  /** Calls `use` with a page, counted from 0; undefined for one that cannot be read. */
  withPage<T>(index: number, use: (page: PdfPage) => T): T | undefined {
    let handle = this.#module.FPDF_LoadPage(this.#handle, index);
    if (handle === 0) return undefined;
    try {
      if (this.#module.FPDFPage_GetAnnotCount(handle) > 0) {
        // What is written into a form is no text of the page before.
        this.#module.FPDFPage_Flatten(handle, DISPLAY);
        this.#module.FPDF_ClosePage(handle);
        handle = this.#module.FPDF_LoadPage(this.#handle, index);
        if (handle === 0) return undefined;
      }
      return use(new PdfPage(this.#module, handle));
    } finally {
      if (handle !== 0) this.#module.FPDF_ClosePage(handle);
    }
  }
}

export class PdfPage {
  readonly #module: WrappedPdfiumModule;
  readonly #handle: number;

  constructor(module: WrappedPdfiumModule, handle: number) {
    this.#module = module;
    this.#handle = handle;
  }

  /** The text in the order in which the page draws it, with the lines that it shows. */
  text(): string {
    const module = this.#module;
    const page = module.FPDFText_LoadPage(this.#handle);
    if (page === 0) return "";
    const count = module.FPDFText_CountChars(page);
    const address = count > 0 ? heapOf(module).wasmExports.malloc((count + 1) * 2) : 0;
    try {
      if (address === 0) return "";
      const written = module.FPDFText_GetText(page, 0, count, address);
      const end = address + Math.max(written - 1, 0) * 2;
      return Buffer.from(heapOf(module).HEAPU8.subarray(address, end)).toString("utf16le");
    } finally {
      heapOf(module).wasmExports.free(address);
      module.FPDFText_ClosePage(page);
    }
  }

  objects(): PageObjects {
    const module = this.#module;
    const area = module.FPDF_GetPageWidthF(this.#handle) * module.FPDF_GetPageHeightF(this.#handle);
    const box = heapOf(module).wasmExports.malloc(16);
    const found = { pictures: 0, drawings: 0 };
    let left = MAX_OBJECTS;
    const visit = (object: number, depth: number): void => {
      if (left-- <= 0) return;
      const type = module.FPDFPageObj_GetType(object);
      if (type === FORM_OBJECT && depth < MAX_FORM_DEPTH) {
        const count = module.FPDFFormObj_CountObjects(object);
        for (let index = 0; index < count && left > 0; index++) {
          visit(module.FPDFFormObj_GetObject(object, index), depth + 1);
        }
      } else if (type === IMAGE_OBJECT) found.pictures += this.#areaOf(object, box) / area;
      else if (type !== TEXT_OBJECT) found.drawings++;
    };
    const count = module.FPDFPage_CountObjects(this.#handle);
    for (let index = 0; index < count && left > 0; index++) {
      visit(module.FPDFPage_GetObject(this.#handle, index), 0);
    }
    heapOf(module).wasmExports.free(box);
    return { ...found, pictures: area > 0 ? Math.min(found.pictures, 1) : 0 };
  }

  #areaOf(object: number, box: number): number {
    const found = this.#module.FPDFPageObj_GetBounds(object, box, box + 4, box + 8, box + 12);
    if (!found) return 0;
    const { HEAPF32 } = heapOf(this.#module);
    const [left = 0, bottom = 0, right = 0, top = 0] = HEAPF32.subarray(box / 4, box / 4 + 4);
    return Math.abs((right - left) * (top - bottom));
  }

  /**
   * Draws the page on white.
   * @param longest pixels of the longer side
   * @param maxPixels of the whole
   */
  render<T>(longest: number, maxPixels: number, use: (pixels: Pixels) => T): T | undefined {
    const module = this.#module;
    const pageWidth = module.FPDF_GetPageWidthF(this.#handle);
    const pageHeight = module.FPDF_GetPageHeightF(this.#handle);
    if (!(pageWidth > 0 && pageHeight > 0)) return undefined;
    const scale = Math.min(
      longest / Math.max(pageWidth, pageHeight),
      Math.sqrt(maxPixels / (pageWidth * pageHeight)),
    );
    const width = Math.max(1, Math.floor(pageWidth * scale));
    const height = Math.max(1, Math.floor(pageHeight * scale));
    const bitmap = module.FPDFBitmap_CreateEx(width, height, BITMAP_RGB, 0, 0);
    if (bitmap === 0) return undefined;
    try {
      module.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
      const flags = WITH_ANNOTATIONS | REVERSE_BYTE_ORDER;
      module.FPDF_RenderPageBitmap(bitmap, this.#handle, 0, 0, width, height, 0, flags);
      const stride = module.FPDFBitmap_GetStride(bitmap);
      const start = module.FPDFBitmap_GetBuffer(bitmap);
      const rgb = heapOf(module).HEAPU8.subarray(start, start + stride * height);
      return use({ width, height, stride, rgb });
    } finally {
      module.FPDFBitmap_Destroy(bitmap);
    }
  }
}

/** Read anew for every access: when the memory grows, the views on it are other ones. */
function heapOf(module: WrappedPdfiumModule): Heap {
  return module.pdfium as unknown as Heap;
}
