import { beyond } from "./document-error.js";
import { counted, MarkdownTable, type TableLimits } from "./markdown-table.js";
import { MarkdownWriter } from "./markdown-writer.js";
import { attribute, readXml, type Attributes, type XmlHandler } from "./xml.js";
import type { ZipArchive } from "./zip.js";

/** Deleted text of tracked changes, remarks, and the styles in front of the text. */
const SKIPPED = new Set(["tracked-changes", "annotation", "automatic-styles", "scripts", "forms"]);
/** What a cell may repeat itself: sheets end with a million empty rows. */
const MAX_REPEATED = 1024;

/** The text of a document of LibreOffice Writer or Impress as Markdown. */
export async function openTextToMarkdown(
  archive: ZipArchive,
  limits: TableLimits & { readonly pages: number },
): Promise<string> {
  const writer = new MarkdownWriter(limits);
  await readXml(archive.stream("content.xml"), new TextReader(writer, limits.pages));
  return writer.finish();
}

/** The sheets of LibreOffice Calc as Markdown tables. */
export async function openSheetsToMarkdown(
  archive: ZipArchive,
  limits: TableLimits,
): Promise<{ readonly text: string; readonly facts: string }> {
  const reader = new SheetsReader(limits);
  await readXml(archive.stream("content.xml"), reader);
  if (reader.hidden > 0) reader.blocks.push(`${counted(reader.hidden, "hidden sheet")} not shown.`);
  return { text: reader.blocks.join("\n\n"), facts: counted(reader.sheets, "sheet") };
}

class TextReader implements XmlHandler {
  readonly #writer: MarkdownWriter;
  readonly #maxPages: number;
  readonly #spans: number[] = [];
  #skipped = 0;
  #paragraphs = 0;
  #lists = 0;
  #slides = 0;
  #isItem = false;
  #isDescription = false;

  constructor(writer: MarkdownWriter, maxPages: number) {
    this.#writer = writer;
    this.#maxPages = maxPages;
  }

  open(name: string, attributes: Attributes): void {
    if (this.#skipped > 0 || SKIPPED.has(name)) {
      this.#skipped++;
      return;
    }
    switch (name) {
      case "page":
        if (++this.#slides > this.#maxPages) throw beyond("pages", this.#slides, this.#maxPages);
        this.#writer.verbatim(`## Slide ${String(this.#slides)}`);
        break;
      case "notes":
        this.#writer.verbatim("Notes:");
        break;
      case "h":
        this.#paragraphs++;
        this.#writer.endBlock();
        this.#writer.block(`${"#".repeat(outlineLevel(attributes))} `);
        break;
      case "p":
        this.#paragraphs++;
        this.#writer.endBlock();
        if (this.#isItem) this.#writer.block(`${"  ".repeat(Math.max(this.#lists - 1, 0))}- `);
        this.#isItem = false;
        break;
      case "list":
        this.#lists++;
        break;
      case "list-item":
        this.#isItem = true;
        break;
      case "s":
        this.#writer.text(" ".repeat(Math.min(Number(attribute(attributes, "c") ?? 1) || 1, 100)));
        break;
      case "tab":
        this.#writer.text("\t");
        break;
      case "line-break":
        this.#writer.text("\n");
        break;
      case "desc":
        this.#isDescription = true;
        break;
      case "table":
        this.#writer.beginTable();
        break;
      case "table-row":
        this.#writer.beginRow();
        break;
      case "table-cell":
        this.#writer.beginCell();
        this.#spans.push(Number(attribute(attributes, "number-columns-spanned") ?? 1) || 1);
        break;
    }
  }

  text(text: string): void {
    if (this.#skipped > 0) return;
    if (this.#isDescription && text.trim() !== "") this.#writer.text(`[image: ${text.trim()}]`);
    else if (this.#paragraphs > 0) this.#writer.text(text.replaceAll(/\s+/g, " "));
  }

  close(name: string): void {
    if (this.#skipped > 0) {
      this.#skipped--;
      return;
    }
    switch (name) {
      case "h":
      case "p":
        this.#paragraphs--;
        this.#writer.endBlock();
        break;
      case "list":
        this.#lists--;
        break;
      case "desc":
        this.#isDescription = false;
        break;
      case "table-cell":
        this.#writer.endCell(this.#spans.pop());
        break;
      case "table-row":
        this.#writer.endRow();
        break;
      case "table":
        this.#writer.endTable();
        break;
    }
  }
}

class SheetsReader implements XmlHandler {
  readonly blocks: string[] = [];
  sheets = 0;
  hidden = 0;
  /** Names of styles whose tables are not shown. */
  readonly #hiddenStyles = new Set<string>();
  #style = "";
  readonly #limits: TableLimits;
  #name = "";
  #table: MarkdownTable | undefined;
  #row: string[] = [];
  #rowRepeats = 1;
  #cell: string[] = [];
  #cellRepeats = 1;
  #paragraph: string | undefined;
  #remarks = 0;

  constructor(limits: TableLimits) {
    this.#limits = limits;
  }

  open(name: string, attributes: Attributes): void {
    switch (name) {
      case "style":
        this.#style = attribute(attributes, "name") ?? "";
        break;
      case "table-properties":
        if (attribute(attributes, "display") === "false") this.#hiddenStyles.add(this.#style);
        break;
      case "table":
        this.#beginSheet(attributes);
        break;
      case "table-row":
        this.#row = [];
        this.#rowRepeats = repeats(attributes, "number-rows-repeated");
        break;
      case "table-cell":
      case "covered-table-cell":
        this.#cell = [];
        this.#cellRepeats = repeats(attributes, "number-columns-repeated");
        break;
      case "annotation":
        this.#remarks++;
        break;
      case "p":
        this.#paragraph = "";
        break;
      case "s":
        this.text(" ");
        break;
    }
  }

  text(text: string): void {
    if (this.#paragraph !== undefined && this.#remarks === 0) this.#paragraph += text;
  }

  close(name: string): void {
    switch (name) {
      case "annotation":
        this.#remarks--;
        break;
      case "p":
        if (this.#remarks === 0) this.#cell.push(this.#paragraph ?? "");
        this.#paragraph = undefined;
        break;
      case "table-cell":
      case "covered-table-cell": {
        const text = this.#cell.join("\n");
        for (let count = 0; count < this.#cellRepeats; count++) this.#row.push(text);
        break;
      }
      case "table-row":
        for (let count = 0; count < this.#rowRepeats; count++) this.#table?.add(this.#row);
        break;
      case "table":
        this.#endSheet();
        break;
    }
  }

  #beginSheet(attributes: Attributes): void {
    this.#name = attribute(attributes, "name") ?? "";
    if (this.#hiddenStyles.has(attribute(attributes, "style-name") ?? "")) this.hidden++;
    else this.#table = new MarkdownTable(this.#limits);
  }

  #endSheet(): void {
    if (this.#table === undefined) return;
    const { text, facts } = this.#table.finish();
    this.sheets++;
    this.blocks.push(`## Sheet ${JSON.stringify(this.#name)} (${text === "" ? "empty" : facts})`);
    if (text !== "") this.blocks.push(text);
    this.#table = undefined;
  }
}

function outlineLevel(attributes: Attributes): number {
  return Math.min(Math.max(Number(attribute(attributes, "outline-level") ?? 1) || 1, 1), 6);
}

function repeats(attributes: Attributes, name: string): number {
  return Math.min(Math.max(Number(attribute(attributes, name) ?? 1) || 1, 1), MAX_REPEATED);
}
