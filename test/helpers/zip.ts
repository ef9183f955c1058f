import { deflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly name: string;
  readonly content: string | Buffer;
  /** Pretends to be encrypted. */
  readonly encrypted?: boolean;
  /** Lies about the size that it inflates to. */
  readonly claimedSize?: number;
}

/** A zip archive of deflated entries; its checksums are zeros. */
export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, encrypted = false, claimedSize } of entries) {
    const plain = Buffer.from(content);
    const data = deflateRawSync(plain);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(encrypted ? 1 : 0, 6);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(data.length, 18);
    local.writeUInt32LE(claimedSize ?? plain.length, 22);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    local.copy(central, 6, 4, 30);
    central.writeUInt32LE(offset, 42);
    parts.push(local, Buffer.from(name), data);
    directory.push(central, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + data.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

const WORD_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

/** A Word document with the given XML in its body. */
export function makeDocx(body: string, more: readonly ZipEntry[] = []): Buffer {
  return makeZip([
    ...ooxml(
      "word/document.xml",
      `<w:document ${WORD_NAMESPACE}><w:body>${body}</w:body></w:document>`,
    ),
    ...more,
  ]);
}

/** A workbook of one sheet with the given rows in XML. */
export function makeXlsx(rows: string, more: readonly ZipEntry[] = []): Buffer {
  const sheets =
    '<workbook xmlns:r="r"><sheets><sheet name="One" sheetId="1" r:id="a"/></sheets></workbook>';
  const relationship =
    '<Relationships><Relationship Id="a" Type="x/worksheet" Target="s.xml"/></Relationships>';
  return makeZip([
    ...ooxml("xl/workbook.xml", sheets),
    { name: "xl/_rels/workbook.xml.rels", content: relationship },
    { name: "xl/s.xml", content: `<worksheet><sheetData>${rows}</sheetData></worksheet>` },
    ...more,
  ]);
}

function ooxml(main: string, content: string): ZipEntry[] {
  const relationship = `<Relationships><Relationship Id="m" Type="x/officeDocument" Target="${main}"/></Relationships>`;
  return [
    { name: "[Content_Types].xml", content: "<Types/>" },
    { name: "_rels/.rels", content: relationship },
    { name: main, content },
  ];
}
