import { beyond } from "./document-error.js";
import { MarkdownTable, type TableLimits } from "./markdown-table.js";

interface TableFrame {
  readonly table: MarkdownTable;
  row: string[];
  cell: string[];
}

/**
 * Writes a document as Markdown while it is read: blocks of text, items of lists, tables.
 * What is in a cell of a table becomes the text of the cell.
 */
export class MarkdownWriter {
  readonly #limits: TableLimits;
  readonly #blocks: string[] = [];
  readonly #tables: TableFrame[] = [];
  #prefix = "";
  #text = "";
  #characters = 0;

  constructor(limits: TableLimits) {
    this.#limits = limits;
  }

  /** Adds to the block that is open. */
  text(text: string): void {
    this.#text += text;
    this.#count(text.length);
  }

  /** What the open block has so far. */
  get openText(): string {
    return this.#text;
  }

  /**
   * Ends the open block and begins another.
   * @param prefix what stands in front of its first line: "# ", "- "; the further lines are
   *   indented to it where it marks an item
   */
  block(prefix = ""): void {
    // A paragraph that an item begins with is the item.
    if (prefix === "" && this.#text.trim() === "") return;
    this.#flush();
    this.#prefix = prefix;
  }

  /** Ends the open block, and what was to stand in front of it. */
  endBlock(): void {
    this.#flush();
  }

  beginTable(): void {
    this.#flush();
    this.#tables.push({ table: new MarkdownTable(this.#limits), row: [], cell: [] });
  }

  beginRow(): void {
    this.#flush();
    const frame = this.#tables.at(-1);
    if (frame !== undefined) frame.row = [];
  }

  beginCell(): void {
    this.#flush();
    const frame = this.#tables.at(-1);
    if (frame !== undefined) frame.cell = [];
  }

  /** @param span so many columns does the cell reach over */
  endCell(span = 1): void {
    this.#flush();
    const frame = this.#tables.at(-1);
    if (frame === undefined) return;
    frame.row.push(frame.cell.join("\n"));
    for (let extra = 1; extra < Math.min(span, 64); extra++) frame.row.push("");
    frame.cell = [];
  }

  endRow(): void {
    this.#flush();
    const frame = this.#tables.at(-1);
    if (frame === undefined) return;
    // Text beside the cells, which no sound document has.
    if (frame.cell.length > 0) frame.row.push(frame.cell.join("\n"));
    frame.table.add(frame.row);
    frame.row = [];
    frame.cell = [];
  }

  endTable(): void {
    this.#flush();
    const frame = this.#tables.pop();
    if (frame === undefined) return;
    if (frame.table.isLayout) for (const cell of frame.table.cells()) this.#push(cell);
    else this.#push(frame.table.finish().text);
  }

  /** Everything that was written. */
  finish(): string {
    while (this.#tables.length > 0) {
      this.endRow();
      this.endTable();
    }
    this.#flush();
    let text = "";
    let wasItem = false;
    for (const block of this.#blocks) {
      const isItem = ITEM.test(block);
      if (text !== "") text += isItem && wasItem ? "\n" : "\n\n";
      text += block;
      wasItem = isItem;
    }
    return text;
  }

  #flush(): void {
    const text = this.#text.replaceAll(/[^\S\n]*\n[^\S\n]*/g, "\n").trim();
    if (text !== "") this.#push(this.#prefix + indented(text, this.#prefix));
    this.#text = "";
    this.#prefix = "";
  }

  #push(block: string): void {
    if (block === "") return;
    const cell = this.#tables.at(-1)?.cell;
    (cell ?? this.#blocks).push(block);
  }

  /** A block whose lines are kept as they are, such as code. */
  verbatim(text: string): void {
    this.#flush();
    this.#count(text.length);
    this.#push(text);
  }

  #count(length: number): void {
    this.#characters += length;
    const { characters } = this.#limits;
    if (this.#characters > characters) throw beyond("characters", this.#characters, characters);
  }
}

const ITEM = /^ *(?:[-*]|\d+[.)]) /;

function indented(text: string, prefix: string): string {
  if (!ITEM.test(prefix)) return text;
  return text.replaceAll("\n", `\n${" ".repeat(prefix.length)}`);
}
