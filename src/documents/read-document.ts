import { cleanText } from "./clean-text.js";
import { guessDelimiter, readCsv } from "./csv.js";
import { charsetOf, decodeText } from "./decode-text.js";
import { delimit } from "./delimit.js";
import { beyond, DocumentError, inWords } from "./document-error.js";
import { MarkdownTable } from "./markdown-table.js";
import { ole2Error } from "./ole2.js";
import type {
  DocumentContent,
  DocumentItem,
  DocumentLimits,
  DocumentRequest,
  Resources,
} from "./request.js";
import { textKind, type TextKind } from "./text-kind.js";

const HTML_META_CHARSET = /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w:.-]{1,40})/i;

/**
 * Text, a table, or an office document as delimited text and pictures. What it is, its
 * content decides.
 * @throws {DocumentError}
 */
export async function readDocument(
  request: DocumentRequest,
  resources: Resources,
): Promise<DocumentContent> {
  const { bytes } = request;
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024));
  if (bytes.length === 0) throw new DocumentError("is empty");
  // Its signature may have some bytes in front of it.
  if (head.includes("%PDF-")) return await pdfContent(request, resources);
  const start = head.toString("latin1", 0, 5);
  if (start.startsWith("PK\x03\x04")) return await officeContent(request);
  if (start.startsWith("\xd0\xcf\x11\xe0")) throw ole2Error(bytes);
  if (start === "{\\rtf") {
    throw new DocumentError("is an RTF document, which is not served", "Save it as DOCX or PDF.");
  }
  return await textContent(request);
}

async function pdfContent(
  request: DocumentRequest,
  { pdfiumWasm }: Resources,
): Promise<DocumentContent> {
  const { readPdf } = await import("./pdf.js");
  return { type: "application/pdf", items: await readPdf({ ...request, wasm: pdfiumWasm }) };
}

async function officeContent({ bytes, limits, name }: DocumentRequest): Promise<DocumentContent> {
  const { officeToMarkdown } = await import("./office.js");
  const { type, facts, text } = await officeToMarkdown(bytes, limits);
  return { type, items: [textItem(name, facts, text, limits)] };
}

async function textContent(request: DocumentRequest): Promise<DocumentContent> {
  const { bytes, name, declaredType, limits } = request;
  const text = decodeText(bytes, charsetOf(declaredType) ?? metaCharset(bytes));
  if (text === undefined) {
    throw new DocumentError(
      `is binary data of an unknown kind (it begins with ${hex(bytes)})`,
      "Served are pictures, WAV, MP3 and FLAC, PDF, DOCX, XLSX, PPTX, OpenDocument, EPUB, HTML, CSV and text.",
    );
  }
  const kind = textKind(name, declaredType, text);
  switch (kind.form) {
    case "table":
      return tableContent(request, kind, text);
    case "html": {
      const { htmlToMarkdown } = await import("./html.js");
      const markdown = htmlToMarkdown(text, limits);
      return { type: kind.type, items: [textItem(name, kind.words, markdown, limits)] };
    }
    case "text": {
      const facts = `${kind.words}, ${lineCount(text)}`;
      return { type: kind.type, items: [textItem(name, facts, text, limits, kind.language)] };
    }
  }
}

function tableContent(
  { name, limits }: DocumentRequest,
  kind: TextKind,
  text: string,
): DocumentContent {
  const table = new MarkdownTable(limits);
  readCsv(text, kind.delimiter ?? guessDelimiter(text), (cells) => {
    table.add(cells);
  });
  const { text: markdown, facts } = table.finish();
  const item = textItem(name, `${kind.words}, ${facts}`, markdown, limits);
  return { type: kind.type, items: [item] };
}

function textItem(
  name: string | undefined,
  facts: string,
  text: string,
  { characters }: DocumentLimits,
  language = "",
): DocumentItem {
  if (text.length > characters) throw beyond("characters", text.length, characters);
  return {
    kind: "text",
    text: delimit(name, text.trim() === "" ? `${facts}, empty` : facts, text, language),
  };
}

function lineCount(text: string): string {
  const lines = cleanText(text).trimEnd().split("\n").length;
  return `${inWords(lines)} line${lines === 1 ? "" : "s"}`;
}

function metaCharset(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096));
  return HTML_META_CHARSET.exec(head.toString("latin1"))?.[1]?.toLowerCase();
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 8))
    .toString("hex")
    .replaceAll(/..(?=.)/g, "$& ");
}
