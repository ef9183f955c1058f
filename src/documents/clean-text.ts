import { toWellFormed } from "../internal/to-well-formed.js";

// Controls but tab and line feed, the noncharacters, and a byte order mark in the middle.

const UNWANTED = /[\0-\x08\x0B-\x1F\x7F-\x9F\uFEFF\uFFFE\uFFFF]/g;
// What is not visible: controls, format characters (also those that turn the direction of
// writing), line and paragraph separators, private and unassigned characters.
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;
const MAX_NAME_LENGTH = 120;

/**
 * Text of a file as a model may see it: line ends are line feeds, and there are no control
 * characters and no unpaired surrogates.
 */
export function cleanText(text: string): string {
  const lines = text.replaceAll(/\r\n?|[\u0085\u2028\u2029]|\f/g, "\n");
  return toWellFormed(lines.replaceAll(UNWANTED, ""));
}

/** A file's name on one line: visible characters only, and not endlessly many. */
export function cleanName(name: string): string {
  const visible = toWellFormed(name).replaceAll(INVISIBLE, " ").replaceAll(/\s+/g, " ").trim();
  if (visible.length <= MAX_NAME_LENGTH) return visible;
  // The end has the extension.
  return toWellFormed(`${visible.slice(0, MAX_NAME_LENGTH - 25)}...${visible.slice(-22)}`);
}
