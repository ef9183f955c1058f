import { counted, MarkdownTable, type TableLimits } from "./markdown-table.js";
import { readRelationships } from "./relationships.js";
import { attribute, readXml, type Attributes, type XmlHandler } from "./xml.js";
import { dateText, durationText, readTimeStyles, type TimeStyle } from "./xlsx-dates.js";
import type { ZipArchive } from "./zip.js";

interface Sheet {
  readonly name: string;
  readonly part: string;
}

interface Workbook {
  readonly sheets: readonly Sheet[];
  readonly hidden: number;
  readonly strings: readonly string[];
  /** What the numbers of cells are, by their style. */
  readonly timeStyles: readonly TimeStyle[];
  /** Days are counted from 1904, as early Macintoshes did. */
  readonly since1904: boolean;
}

/** The visible sheets of an Excel workbook as Markdown tables, with the values of formulas. */
export async function xlsxToMarkdown(
  archive: ZipArchive,
  main: string,
  limits: TableLimits,
): Promise<{ readonly text: string; readonly facts: string }> {
  const workbook = await readWorkbook(archive, main);
  const blocks: string[] = [];
  for (const { name, part } of workbook.sheets) {
    const table = new MarkdownTable(limits);
    await readXml(archive.stream(part), new SheetReader(table, workbook));
    const { text, facts } = table.finish();
    blocks.push(`## Sheet ${JSON.stringify(name)} (${text === "" ? "empty" : facts})`);
    if (text !== "") blocks.push(text);
  }
  if (workbook.hidden > 0) blocks.push(`${counted(workbook.hidden, "hidden sheet")} not shown.`);
  return { text: blocks.join("\n\n"), facts: counted(workbook.sheets.length, "sheet") };
}

async function readWorkbook(archive: ZipArchive, main: string): Promise<Workbook> {
  const relationships = await readRelationships(archive, main);
  const partOf = (type: string): string | undefined =>
    [...relationships.values()].find((one) => one.type === type && archive.has(one.target))?.target;
  const sheets: Sheet[] = [];
  let hidden = 0;
  let since1904 = false;
  await readXml(archive.stream(main), {
    open(name, attributes) {
      if (name === "workbookPr") {
        since1904 = /^(?:1|true)$/.test(attribute(attributes, "date1904") ?? "");
      }
      if (name !== "sheet") return;
      const target = relationships.get(relationshipId(attributes));
      // Sheets that are charts only have no cells.
      if (target?.type !== "worksheet" || !archive.has(target.target)) return;
      if ((attributes["state"] ?? "visible") !== "visible") hidden++;
      else sheets.push({ name: attributes["name"] ?? "", part: target.target });
    },
  });
  const strings = partOf("sharedStrings");
  const styles = partOf("styles");
  return {
    sheets,
    hidden,
    since1904,
    strings: strings === undefined ? [] : await readStrings(archive, strings),
    timeStyles: styles === undefined ? [] : await readTimeStyles(archive, styles),
  };
}

function relationshipId(attributes: Attributes): string {
  const key = Object.keys(attributes).find((name) => name.endsWith(":id"));
  return key === undefined ? "" : (attributes[key] ?? "");
}

/** The strings that cells refer to by their number. */
async function readStrings(archive: ZipArchive, part: string): Promise<string[]> {
  const strings: string[] = [];
  const text = new RichText();
  await readXml(archive.stream(part), {
    open(name) {
      if (name === "si") text.begin();
      text.open(name);
    },
    text(piece) {
      text.text(piece);
    },
    close(name) {
      text.close(name);
      if (name === "si") strings.push(text.value);
    },
  });
  return strings;
}

/** Text of runs, without the readings that East Asian texts have above themselves. */
class RichText {
  value = "";
  #isText = false;
  #phonetic = 0;

  begin(): void {
    this.value = "";
  }

  open(name: string): void {
    if (name === "rPh") this.#phonetic++;
    if (name === "t") this.#isText = true;
  }

  text(piece: string): void {
    if (this.#isText && this.#phonetic === 0) this.value += piece;
  }

  close(name: string): void {
    if (name === "rPh") this.#phonetic--;
    if (name === "t") this.#isText = false;
  }
}

class SheetReader implements XmlHandler {
  readonly #table: MarkdownTable;
  readonly #workbook: Workbook;
  readonly #inline = new RichText();
  #row: string[] = [];
  #hasCells = false;
  #column = 0;
  #type = "";
  #style = 0;
  #value = "";
  #isValue = false;

  constructor(table: MarkdownTable, workbook: Workbook) {
    this.#table = table;
    this.#workbook = workbook;
  }

  open(name: string, attributes: Attributes): void {
    switch (name) {
      case "row":
        this.#row = [];
        this.#hasCells = false;
        this.#column = -1;
        break;
      case "c":
        this.#column = columnOf(attributes["r"]) ?? this.#column + 1;
        this.#type = attributes["t"] ?? "n";
        this.#style = Number(attributes["s"] ?? 0);
        this.#value = "";
        this.#inline.begin();
        break;
      case "v":
        this.#isValue = true;
        break;
      default:
        this.#inline.open(name);
    }
  }

  text(text: string): void {
    if (this.#isValue) this.#value += text;
    else this.#inline.text(text);
  }

  close(name: string): void {
    switch (name) {
      case "v":
        this.#isValue = false;
        break;
      case "c":
        this.#endCell();
        break;
      case "row":
        if (this.#hasCells) this.#table.add(this.#row);
        break;
      default:
        this.#inline.close(name);
    }
  }

  #endCell(): void {
    const text = this.#cellText();
    if (text === "") return;
    this.#hasCells = true;
    // A row that is counted only needs nothing but to be one.
    if (this.#table.isFull) {
      this.#row = [text];
      return;
    }
    while (this.#row.length < this.#column) this.#row.push("");
    this.#row[this.#column] = text;
  }

  #cellText(): string {
    const value = this.#value;
    switch (this.#type) {
      case "s":
        return this.#workbook.strings[Number(value)] ?? "";
      case "inlineStr":
        return this.#inline.value;
      case "b":
        return value === "1" ? "TRUE" : "FALSE";
      case "n":
        return this.#numberText(value);
      default:
        return value;
    }
  }

  #numberText(value: string): string {
    const number = Number(value);
    if (value === "" || Number.isNaN(number)) return value;
    const style = this.#workbook.timeStyles[this.#style];
    if (style === "date") return dateText(number, this.#workbook.since1904);
    if (style === "duration") return durationText(number);
    // 0.1 + 0.2 is kept with all its digits; fifteen are what Excel shows.
    return String(Number(number.toPrecision(15)));
  }
}

/** "C12" is in column 2; a hostile reference is in none. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}(?=\d)/.exec(reference ?? "")?.[0];
  if (letters === undefined) return undefined;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return Math.min(column, 16_384) - 1;
}
