import { DocumentError } from "./document-error.js";
import { docxToMarkdown } from "./docx.js";
import { epubToMarkdown } from "./epub.js";
import { openSheetsToMarkdown, openTextToMarkdown } from "./open-document.js";
import { pptxToMarkdown } from "./pptx.js";
import { readRelationships } from "./relationships.js";
import type { DocumentLimits } from "./request.js";
import { xlsxToMarkdown } from "./xlsx.js";
import { encrypted, ZipArchive } from "./zip.js";

/** A document as Markdown, and what to say of it. */
export interface OfficeText {
  readonly type: string;
  /** "Word document", "Excel workbook, 3 sheets". */
  readonly facts: string;
  readonly text: string;
}

const OOXML = "application/vnd.openxmlformats-officedocument.";
const ODF = "application/vnd.oasis.opendocument.";

/**
 * The text of a document that is a zip archive inside, recognised by what the archive has.
 * @throws {DocumentError} for other archives, damage, encryption and bombs
 */
export async function officeToMarkdown(
  bytes: Uint8Array,
  limits: DocumentLimits,
): Promise<OfficeText> {
  const archive = new ZipArchive(bytes);
  if (archive.has("[Content_Types].xml")) return await readOoxml(archive, limits);
  if (archive.has("mimetype")) return await readByMimetype(archive, limits);
  throw new DocumentError(
    "is a zip archive, and none of a document",
    "Unpack it, and give the files in it.",
  );
}

async function readOoxml(archive: ZipArchive, limits: DocumentLimits): Promise<OfficeText> {
  const main = [...(await readRelationships(archive, "")).values()].find(
    ({ type }) => type === "officeDocument",
  )?.target;
  const part = main !== undefined && archive.has(main) ? main : undefined;
  const folder = part?.split("/")[0];
  if (part !== undefined && folder === "word") {
    const text = await docxToMarkdown(archive, part, limits);
    return { type: `${OOXML}wordprocessingml.document`, facts: "Word document", text };
  }
  if (part !== undefined && folder === "xl") {
    if (part.endsWith(".bin")) throw unserved("a binary Excel workbook (XLSB)", "XLSX");
    const { text, facts } = await xlsxToMarkdown(archive, part, limits);
    return { type: `${OOXML}spreadsheetml.sheet`, facts: `Excel workbook, ${facts}`, text };
  }
  if (part !== undefined && folder === "ppt") {
    const { text, facts } = await pptxToMarkdown(archive, part, limits);
    return { type: `${OOXML}presentationml.presentation`, facts: `presentation, ${facts}`, text };
  }
  throw unserved("an Office file of an unknown kind", "DOCX, XLSX, PPTX or PDF");
}

async function readByMimetype(archive: ZipArchive, limits: DocumentLimits): Promise<OfficeText> {
  const type = (await archive.read("mimetype")).toString("latin1").trim().slice(0, 100);
  if (type === "application/epub+zip") {
    // Fonts may be obfuscated; texts are encrypted only with a licence.
    if (archive.has("META-INF/rights.xml")) throw encrypted();
    return { type, facts: "EPUB book", text: await epubToMarkdown(archive, limits) };
  }
  if (!archive.has("content.xml")) throw unserved(`a file of the type ${JSON.stringify(type)}`);
  await assertPlain(archive);
  if (type.startsWith(`${ODF}spreadsheet`)) {
    const { text, facts } = await openSheetsToMarkdown(archive, limits);
    return { type, facts: `OpenDocument spreadsheet, ${facts}`, text };
  }
  const text = await openTextToMarkdown(archive, limits);
  const what = type.startsWith(`${ODF}presentation`) ? "presentation" : "text";
  return { type, facts: `OpenDocument ${what}`, text };
}

async function assertPlain(archive: ZipArchive): Promise<void> {
  const manifest = "META-INF/manifest.xml";
  if (archive.has(manifest) && (await archive.read(manifest)).includes("encryption-data")) {
    throw encrypted();
  }
}

/** For what is known, but not read. */
export function unserved(what: string, instead = "PDF, DOCX, XLSX or text"): DocumentError {
  return new DocumentError(`is ${what}, which is not served`, `Save it as ${instead}.`);
}
