/** What the worker thread is asked, and what it answers: structured-clone data only. */

/** Bounds of what one document may become and cost. */
export interface DocumentLimits {
  /** Of a PDF, slides of a presentation. */
  readonly pages: number;
  /** Rows of each table that are kept; the others are counted. */
  readonly rows: number;
  /** Of the text that comes out, in UTF-16 units. */
  readonly characters: number;
  /** Of one page as a picture. */
  readonly pixels: number;
}

export interface DocumentRequest {
  readonly bytes: Uint8Array;
  /** Without a folder; undefined for bytes that came without one. */
  readonly name: string | undefined;
  /** The media type that came along, with its parameters; it counts least. */
  readonly declaredType: string | undefined;
  readonly limits: DocumentLimits;
  /** Whether pages without text may become pictures. */
  readonly pictures: boolean;
}

/** What the thread needs from the package. */
export interface Resources {
  /** The path of PDFium's module. */
  readonly pdfiumWasm: string;
}

/** A piece of a document: delimited text, or a page as a picture (a PNG). */
export type DocumentItem =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "image"; readonly bytes: Uint8Array };

/** A document as text and pictures, in reading order. */
export interface DocumentContent {
  /** The media type that the content has. */
  readonly type: string;
  readonly items: readonly DocumentItem[];
}

/** What the worker thread posts back. */
export type WorkerAnswer =
  | { readonly kind: "content"; readonly content: DocumentContent }
  | {
      readonly kind: "refused";
      readonly problem: string;
      readonly remedy: string;
      readonly details: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "failed"; readonly message: string };
