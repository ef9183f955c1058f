import { displayWidth, fitWidth } from "./display-width.js";
import { escapeToLine } from "./escape-controls.js";

export interface Column {
  readonly title?: string;
  readonly align?: "left" | "right";
  /** Whether it gives way when the table is wider than the terminal. */
  readonly flexible?: boolean;
}

const GAP = "  ";
const MIN_FLEXIBLE_WIDTH = 8;

/** Lines of a table without borders; cells may hold anything and take one line each. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  maxWidth = Infinity,
): string[] {
  const titles = columns.map(({ title }) => title ?? "");
  const cells = rows.map((row) => row.map(escapeToLine));
  const lines = titles.some((title) => title !== "") ? [titles, ...cells] : cells;
  const widths = fitColumns(columns, lines, maxWidth);
  return lines.map((line) =>
    columns
      .map((column, index) => pad(line[index] ?? "", widths[index] ?? 0, column.align))
      .join(GAP)
      .trimEnd(),
  );
}

function fitColumns(
  columns: readonly Column[],
  lines: readonly (readonly string[])[],
  maxWidth: number,
): number[] {
  const widths = columns.map((_, index) =>
    lines.reduce((widest, line) => Math.max(widest, displayWidth(line[index] ?? "")), 0),
  );
  const total = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (columns.length - 1);
  let excess = Math.max(0, total - maxWidth);
  return widths.map((width, index) => {
    if (columns[index]?.flexible !== true) return width;
    const narrowed = Math.max(Math.min(width, MIN_FLEXIBLE_WIDTH), width - excess);
    excess -= width - narrowed;
    return narrowed;
  });
}

function pad(text: string, width: number, align: Column["align"]): string {
  const fitted = fitWidth(text, width);
  const space = " ".repeat(Math.max(0, width - displayWidth(fitted)));
  return align === "right" ? space + fitted : fitted + space;
}
