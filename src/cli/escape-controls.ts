// What could move the cursor, recolour the screen or reorder the text around it.
const CONTROLS = /[\0-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Text for a terminal, with control characters as visible escapes: models and files
 * come from strangers, and terminals obey what they print. Keeps line breaks and tabs.
 */
export function escapeControls(text: string): string {
  return text.replaceAll(CONTROLS, (character) =>
    character === "\n" || character === "\t" ? character : escape(character),
  );
}

/** The same on one line. */
export function escapeToLine(text: string): string {
  return text.replaceAll(CONTROLS, escape);
}

function escape(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  const hex = code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
  return SHORT[character] ?? hex;
}
