import type { FlagKind } from "./flag.js";
import { UsageError } from "./usage-error.js";

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const BIAS = /^\s*(\d+)\s*=\s*(\S+)\s*$/;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\" };

/**
 * The value of a flag as the provider takes it. Of several texts the last one counts.
 * What is no number stays a text: the provider then says what is allowed.
 */
export function flagValue(flag: string, kind: FlagKind, given: readonly string[]): unknown {
  const last = given.at(-1) ?? "";
  switch (kind) {
    case "switch":
      return true;
    case "off-switch":
      return false;
    case "text":
      return last;
    case "number":
      return toNumber(last);
    case "texts":
      return given.map(unescape);
    case "pairs":
      return Object.fromEntries(given.map((text) => toPair(flag, text)));
    case "biases":
      return Object.fromEntries(given.map((text) => toBias(flag, text)));
  }
}

function toNumber(text: string): number | string {
  return NUMBER.test(text) ? Number(text) : text;
}

function unescape(text: string): string {
  return text.replaceAll(/\\([nrt\\])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}

function toPair(flag: string, text: string): [string, string | number] {
  const [name = "", ...value] = text.split("=");
  if (name.trim() === "" || value.length !== 1) {
    throw new UsageError(
      `--${flag} takes a name and a value, such as cpu=8GiB, and not ${JSON.stringify(text)}.`,
    );
  }
  return [name.trim(), toNumber(value[0]?.trim() ?? "")];
}

function toBias(flag: string, text: string): [string, number | false] {
  const [, id, bias] = BIAS.exec(text) ?? [];
  if (id !== undefined && bias === "false") return [id, false];
  if (id === undefined || bias === undefined || !NUMBER.test(bias)) {
    throw new UsageError(
      `--${flag} takes a token id and a number, such as 42=-1.5 or 42=false, and not ${JSON.stringify(text)}.`,
    );
  }
  return [id, Number(bias)];
}
