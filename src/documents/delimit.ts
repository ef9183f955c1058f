import { cleanName, cleanText } from "./clean-text.js";

/**
 * A file's text with its heading and between two fences. The fences are longer than any run
 * of their character in the text, so that no text can end itself and go on as something else.
 *
 * @param name of the file; undefined for bytes without one
 * @param facts what kind of file it is, and how large: "PDF, 3 pages"
 * @param language behind the opening fence, as in Markdown: "csv", "python", ""
 */
export function delimit(
  name: string | undefined,
  facts: string,
  text: string,
  language = "",
): string {
  const clean = cleanText(text).replace(/^\n+/, "").trimEnd();
  const fence = "`".repeat(Math.max(3, longestRun(clean) + 1));
  return `${heading(name, facts)}\n${fence}${language}\n${clean}\n${fence}`;
}

/** The line that says what follows: a fenced text, or a picture. */
export function heading(name: string | undefined, facts: string): string {
  const clean = cleanName(name ?? "");
  // As JSON, so that a quote in a name does not end it.
  const title = clean === "" ? "File" : `File ${JSON.stringify(clean)}`;
  return `${title} (${facts}):`;
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}
