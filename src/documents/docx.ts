import { readDocxParts, type DocxParts } from "./docx-parts.js";
import type { TableLimits } from "./markdown-table.js";
import { MarkdownWriter } from "./markdown-writer.js";
import { attribute, readXml, type Attributes, type XmlHandler } from "./xml.js";
import type { ZipArchive } from "./zip.js";

/** Instructions of fields, deleted text, and second forms of what was there already. */
const SKIPPED = new Set(["instrText", "delText", "del", "moveFrom", "Fallback", "rPrChange"]);

/** The text of a Word document as Markdown; its notes stand at the end. */
export async function docxToMarkdown(
  archive: ZipArchive,
  main: string,
  limits: TableLimits,
): Promise<string> {
  const parts = await readDocxParts(archive, main);
  const writer = new MarkdownWriter(limits);
  await readXml(archive.stream(main), new DocxBody(writer, parts));
  for (const [kind, part] of parts.notes) {
    await readXml(archive.stream(part), new DocxNotes(writer, parts, kind));
  }
  return writer.finish();
}

/** Reads paragraphs and tables; the writer is shared with the notes. */
class DocxBody implements XmlHandler {
  protected readonly writer: MarkdownWriter;
  readonly #parts: DocxParts;
  readonly #counters = new Map<string, number[]>();
  #skipped = 0;
  #isText = false;
  #style: string | undefined;
  #list: { id?: string; level?: number } = {};
  #spans: number[] = [];
  /** A paragraph's properties come first; its prefix is written when its text begins. */
  #isPending = false;

  constructor(writer: MarkdownWriter, parts: DocxParts) {
    this.writer = writer;
    this.#parts = parts;
  }

  open(name: string, attributes: Attributes): void {
    if (this.#skipped > 0 || SKIPPED.has(name)) {
      this.#skipped++;
      return;
    }
    switch (name) {
      case "p":
        this.writer.endBlock();
        this.#style = undefined;
        this.#list = {};
        this.#isPending = true;
        break;
      case "pStyle":
        this.#style = attribute(attributes, "val");
        break;
      case "ilvl":
        this.#list.level = Number(attribute(attributes, "val"));
        break;
      case "numId":
        this.#list.id = attribute(attributes, "val") ?? "0";
        break;
      case "t":
        this.#isText = true;
        break;
      case "tab":
        if (!this.#isPending) this.writer.text("\t");
        break;
      case "br":
      case "cr":
        this.#write("\n");
        break;
      case "noBreakHyphen":
        this.#write("-");
        break;
      case "docPr":
        this.#picture(attributes);
        break;
      case "footnoteReference":
      case "endnoteReference":
        this.#write(`[^${attribute(attributes, "id") ?? ""}]`);
        break;
      case "tbl":
        this.writer.beginTable();
        break;
      case "tr":
        this.writer.beginRow();
        break;
      case "tc":
        this.writer.beginCell();
        this.#spans.push(1);
        break;
      case "gridSpan":
        this.#spans[this.#spans.length - 1] = Number(attribute(attributes, "val")) || 1;
        break;
    }
  }

  text(text: string): void {
    if (this.#skipped === 0 && this.#isText) this.#write(text);
  }

  close(name: string): void {
    if (this.#skipped > 0) {
      this.#skipped--;
      return;
    }
    switch (name) {
      case "t":
        this.#isText = false;
        break;
      case "p":
        this.writer.endBlock();
        break;
      case "tc":
        this.writer.endCell(this.#spans.pop());
        break;
      case "tr":
        this.writer.endRow();
        break;
      case "tbl":
        this.writer.endTable();
        break;
    }
  }

  #write(text: string): void {
    if (this.#isPending) {
      this.#isPending = false;
      this.writer.block(this.#prefix());
    }
    this.writer.text(text);
  }

  #picture(attributes: Attributes): void {
    const words = (attribute(attributes, "descr") ?? "").trim();
    if (words !== "") this.#write(`[image: ${words}]`);
  }

  #prefix(): string {
    const style = this.#parts.styles.get(this.#style ?? "");
    if (style?.heading !== undefined) return `${"#".repeat(Math.min(style.heading, 6))} `;
    const id = this.#list.id ?? style?.list;
    if (id === undefined || id === "0") return "";
    const level = Math.min(Math.max(this.#list.level ?? 0, 0), 8);
    const indent = "  ".repeat(level);
    if (this.#parts.numbering.get(id)?.[level] !== "number") return `${indent}- `;
    const counters = this.#counters.get(id) ?? [];
    this.#counters.set(id, counters);
    const count = (counters[level] ?? 0) + 1;
    counters.length = level;
    counters[level] = count;
    return `${indent}${String(count)}. `;
  }
}

/** The same for the notes, each of which begins with its mark. */
class DocxNotes extends DocxBody {
  readonly #element: string;

  constructor(writer: MarkdownWriter, parts: DocxParts, element: string) {
    super(writer, parts);
    this.#element = element;
  }

  override open(name: string, attributes: Attributes): void {
    super.open(name, attributes);
    const type = attribute(attributes, "type");
    // The separators between text and notes are notes, too.
    if (name === this.#element && (type === undefined || type === "normal")) {
      this.writer.verbatim(`[^${attribute(attributes, "id") ?? ""}]:`);
    }
  }
}
