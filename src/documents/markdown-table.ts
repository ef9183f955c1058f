import { beyond, inWords } from "./document-error.js";

/** Columns beyond these are counted only: a sheet can have 16,384, most of them empty. */
const MAX_COLUMNS = 256;
const NUMBER = /^[\s$€£¥%()+-]*[\d.,'\u00A0]+[\s$€£¥%()]*(?:[eE][+-]?\d+)?$/;

export interface TableLimits {
  readonly rows: number;
  readonly characters: number;
}

/** Collects the rows of a table as they come, and writes the first of them as Markdown. */
export class MarkdownTable {
  readonly #limits: TableLimits;
  readonly #kept: string[][] = [];
  #rows = 0;
  #columns = 0;
  #characters = 0;

  constructor(limits: TableLimits) {
    this.#limits = limits;
  }

  /** Whether further rows are counted only, so that their cells need not be made. */
  get isFull(): boolean {
    // The header is no row.
    return this.#rows > this.#limits.rows;
  }

  /**
   * Adds a row; one without any text is none.
   * @throws {DocumentError} when the rows have more characters than a document may have
   */
  add(cells: readonly string[]): void {
    const length = usedLength(cells);
    if (length === 0) return;
    this.#columns = Math.max(this.#columns, length);
    if (!this.isFull) this.#keep(cells.slice(0, Math.min(length, MAX_COLUMNS)));
    this.#rows++;
  }

  #keep(cells: string[]): void {
    for (const cell of cells) this.#characters += cell.length + 3;
    const { characters } = this.#limits;
    if (this.#characters > characters) throw beyond("characters", this.#characters, characters);
    this.#kept.push(cells.map((cell) => cell.trim()));
  }

  /** The table, and how large it is. What has one column only is a list of paragraphs. */
  finish(): { readonly text: string; readonly facts: string } {
    const columns = Math.min(this.#columns, MAX_COLUMNS);
    const [first = []] = this.#kept;
    const hasHeader = isHeader(first, columns, this.#rows);
    // Without a header, one row more was kept than is to be shown.
    const body = hasHeader ? this.#kept.slice(1) : this.#kept.slice(0, this.#limits.rows);
    const rows = this.#rows - (hasHeader ? 1 : 0);
    const header = hasHeader ? first : Array.from({ length: columns }, (_, i) => columnName(i));
    const lines = [line(header, columns), `|${" --- |".repeat(columns)}`];
    for (const row of body) lines.push(line(row, columns));
    const hidden = rows - body.length;
    if (hidden > 0) lines.push("", `${counted(hidden, "more row")} not shown.`);
    if (this.#columns > columns) {
      lines.push("", `${counted(this.#columns - columns, "more column")} not shown.`);
    }
    const shown = hidden > 0 ? `, the first ${inWords(body.length)} of them shown` : "";
    const facts = `${counted(this.#columns, "column")}, ${counted(rows, "row")}${shown}`;
    return { text: this.#rows === 0 ? "" : lines.join("\n"), facts };
  }

  /** Whether it is a table for the looks only, with one cell beside no other. */
  get isLayout(): boolean {
    return this.#columns < 2 || this.#rows < 2;
  }

  /** The kept cells as they are, one after the other. */
  cells(): string[] {
    return this.#kept.flat().filter((cell) => cell !== "");
  }
}

/** "1 row", "1,204 rows". */
export function counted(count: number, noun: string): string {
  return `${inWords(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** The first row names the columns, if it has a name for each and no number among them. */
function isHeader(first: readonly string[], columns: number, rows: number): boolean {
  if (rows < 2 || first.length < columns) return false;
  return first.every((cell) => cell !== "" && !NUMBER.test(cell));
}

/** As sheets call their columns: A to Z, AA, AB. */
function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}

function line(cells: readonly string[], columns: number): string {
  let text = "|";
  for (let index = 0; index < columns; index++) text += ` ${cellText(cells[index] ?? "")} |`;
  return text;
}

function cellText(cell: string): string {
  // Both would end the cell.
  return cell.replaceAll("|", "\\|").replaceAll(/\s*[\r\n]+\s*/g, "<br>");
}

function usedLength(cells: readonly string[]): number {
  let length = cells.length;
  while (length > 0 && (cells[length - 1] ?? "").trim() === "") length--;
  return length;
}
