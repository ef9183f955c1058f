import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";

/**
 * That a document has a generated part as it is generated now, between the lines
 * `<!-- begin: NAME -->` and `<!-- end: NAME -->`. With ABSTRACTLLM_WRITE_DOCS=1 it is written.
 */
export async function assertSection(file: URL, name: string, content: string): Promise<void> {
  const text = await readFile(file, "utf8");
  const [begin, end] = [`<!-- begin: ${name} -->\n`, `<!-- end: ${name} -->`];
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  assert.ok(from >= begin.length && to >= from, `${file.pathname} has no part ${name}`);
  const wanted = `\n${content.trim()}\n\n`;
  if (process.env["ABSTRACTLLM_WRITE_DOCS"] === "1") {
    await writeFile(file, text.slice(0, from) + wanted + text.slice(to));
    return;
  }
  assert.equal(
    text.slice(from, to),
    wanted,
    `${file.pathname} is out of date: run this test with ABSTRACTLLM_WRITE_DOCS=1`,
  );
}

/** A table as prettier formats it. */
export function markdownTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  rightFrom = Infinity,
): string {
  const widths = titles.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) => {
      const width = widths[column] ?? 3;
      return column >= rightFrom ? cell.padStart(width) : cell.padEnd(width);
    });
    return `| ${padded.join(" | ")} |`;
  };
  const rule = widths.map((width, column) =>
    column >= rightFrom ? `${"-".repeat(width - 1)}:` : "-".repeat(width),
  );
  return [line(titles), line(rule), ...rows.map(line)].join("\n");
}
