import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { DocumentError } from "../../src/documents/document-error.js";
import { readDocument } from "../../src/documents/read-document.js";
import type { DocumentContent, DocumentRequest } from "../../src/documents/request.js";

export const DOCUMENT_LIMITS = {
  pages: 500,
  rows: 1000,
  characters: 4_000_000,
  pixels: 100_000_000,
};

const FIXTURES = new URL("../fixtures/files/", import.meta.url);
const PDFIUM = new URL(import.meta.resolve("@embedpdf/pdfium/pdfium.wasm"));

export function fixturePath(name: string): string {
  return fileURLToPath(new URL(name, FIXTURES));
}

export function fixture(name: string): Buffer {
  return readFileSync(fixturePath(name));
}

/** Reads a document on this thread. */
export async function read(
  content: string | Uint8Array,
  options: Partial<Omit<DocumentRequest, "bytes">> = {},
): Promise<DocumentContent> {
  const request = {
    bytes: typeof content === "string" ? Buffer.from(content) : content,
    name: undefined,
    declaredType: undefined,
    limits: DOCUMENT_LIMITS,
    pictures: true,
    ...options,
  };
  return await readDocument(request, { pdfiumWasm: fileURLToPath(PDFIUM) });
}

/** The text of a document that is one text. */
export async function textOf(
  content: string | Uint8Array,
  options: Partial<Omit<DocumentRequest, "bytes">> = {},
): Promise<string> {
  const { items } = await read(content, options);
  const [item] = items;
  if (items.length !== 1 || item?.kind !== "text") throw new Error("It is not one text");
  return item.text;
}

/** What a document is refused with. */
export async function refusal(
  content: string | Uint8Array,
  options: Partial<Omit<DocumentRequest, "bytes">> = {},
): Promise<DocumentError> {
  try {
    await read(content, options);
  } catch (error) {
    if (error instanceof DocumentError) return error;
    throw error;
  }
  throw new Error("It was read, and should have been refused");
}
