const QUOTE = 34;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const DELIMITERS = [",", ";", "\t", "|"] as const;
/** What the delimiter is guessed from. */
const SAMPLE_LENGTH = 64 * 1024;
const SAMPLE_ROWS = 100;

/**
 * Reads the rows of a text whose fields are separated by a delimiter and may be in quotes
 * (RFC 4180). Lenient as people expect: any line end, quotes in the middle of a field, text
 * behind a closing quote, and a last quote that nothing closes are all taken as they look.
 *
 * @param onRow gets each row; false ends the reading
 */
export function readCsv(
  text: string,
  delimiter: string,
  onRow: (cells: string[]) => unknown,
): void {
  const separator = delimiter.charCodeAt(0);
  let quotes = true;
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = "";
    if (quotes && text.charCodeAt(at) === QUOTE) {
      const closed = quotedField(text, at);
      if (closed === undefined) quotes = false;
      else [field, at] = closed;
    }
    const end = endOfField(text, at, separator);
    field += text.slice(at, end);
    row.push(field);
    at = end + 1;
    if (text.charCodeAt(end) === separator && end < text.length) {
      // A delimiter at the very end has an empty field behind it.
      if (at >= text.length) row.push("");
      continue;
    }
    if (text.charCodeAt(end) === CARRIAGE_RETURN && text.charCodeAt(at) === LINE_FEED) at++;
    if (onRow(row) === false) return;
    row = [];
  }
  if (row.length > 0) onRow(row);
}

/** The delimiter that gives the most rows the same number of fields, above one. */
export function guessDelimiter(text: string): string {
  const sample = text.slice(0, SAMPLE_LENGTH);
  let best = ",";
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const score = agreement(sample, delimiter);
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}

/** Rows of the commonest width, with a slight preference for more columns. */
function agreement(sample: string, delimiter: string): number {
  const widths = new Map<number, number>();
  let rows = 0;
  readCsv(sample, delimiter, (cells) => {
    if (cells.length > 1 || cells[0] !== "") {
      widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
      rows++;
    }
    return rows < SAMPLE_ROWS;
  });
  let score = 0;
  for (const [width, count] of widths) {
    if (width > 1) score = Math.max(score, count / rows + Math.min(width, 100) / 1000);
  }
  return score;
}

/** The field in the quotes that open at `start` and where it ends; undefined if they do not. */
function quotedField(text: string, start: number): [field: string, end: number] | undefined {
  let field = "";
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return undefined;
    if (text.charCodeAt(quote + 1) !== QUOTE) {
      return [field + text.slice(from, quote), quote + 1];
    }
    // Two quotes stand for one.
    field += text.slice(from, quote + 1);
    from = quote + 2;
  }
}

function endOfField(text: string, start: number, separator: number): number {
  let end = start;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === separator || code === LINE_FEED || code === CARRIAGE_RETURN) break;
  }
  return end;
}
