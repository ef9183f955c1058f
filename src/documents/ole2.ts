import { DocumentError } from "./document-error.js";
import { encrypted } from "./zip.js";

/** The directory of the container is near its beginning or its end. */
const SEARCHED = 2 ** 20;

/** Why a file in the container of old Office programs is refused: by what is in it. */
export function ole2Error(bytes: Uint8Array): DocumentError {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SEARCHED));
  const tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - SEARCHED)));
  const has = (stream: string): boolean => {
    const name = Buffer.from(stream, "utf16le");
    return head.includes(name) || tail.includes(name);
  };
  // New documents with a password are put into the old container.
  if (has("EncryptedPackage")) return encrypted();
  if (has("WordDocument")) return old("Word document (DOC)", "DOCX");
  if (has("Workbook")) return old("Excel workbook (XLS)", "XLSX");
  if (has("PowerPoint Document")) return old("PowerPoint presentation (PPT)", "PPTX");
  return old("Office file", "DOCX, XLSX, PPTX or PDF");
}

function old(what: string, instead: string): DocumentError {
  return new DocumentError(`is an old ${what}, which is not served`, `Save it as ${instead}.`);
}
