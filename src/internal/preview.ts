import { toWellFormed } from "./to-well-formed.js";

const MAX_STRING_LENGTH = 60;
const MAX_ENTRIES = 3;
const MAX_DEPTH = 2;

/**
 * A short, one-line picture of any value for messages. Never throws, runs no
 * getters, and needs no more than a bounded part of the value.
 */
export function preview(value: unknown): string {
  try {
    return describe(value, 0);
  } catch {
    // Proxies can throw on any access.
    return `[${typeof value}]`;
  }
}

function describe(value: unknown, depth: number): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return describeBigInt(value);
    case "function":
      return `[function ${ownText(value, "name") ?? ""}]`.replace(" ]", "]");
    case "symbol":
      return cut(String(value));
    case "object":
      return value === null ? "null" : describeObject(value, depth);
    default:
      return String(value);
  }
}

function describeObject(value: object, depth: number): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    if (depth >= MAX_DEPTH) return "[...]";
    const items: string[] = [];
    for (let index = 0; index < Math.min(value.length, MAX_ENTRIES); index++) {
      items.push(describeProperty(value, String(index), depth));
    }
    return `[${joined(items, value.length)}]`;
  }

  const name = className(value);
  if (name !== undefined) return `[${name}]`;

  const keys = Object.keys(value);
  if (keys.length === 0) return "{}";
  if (depth >= MAX_DEPTH) return "{...}";
  const entries = keys
    .slice(0, MAX_ENTRIES)
    .map((key) => `${describeKey(key)}: ${describeProperty(value, key, depth)}`);
  return `{ ${joined(entries, keys.length)} }`;
}

function describeProperty(owner: object, key: string, depth: number): string {
  const property = Object.getOwnPropertyDescriptor(owner, key);
  if (property === undefined) return "undefined";
  return "value" in property ? describe(property.value, depth + 1) : "[getter]";
}

function describeKey(key: string): string {
  return /^[A-Za-z_$][\w$]{0,39}$/.test(key) ? key : quote(key);
}

/** The class of an instance; undefined for plain objects. */
function className(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null) return undefined;
  if (Object.getPrototypeOf(prototype) === null) return undefined;
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return (typeof constructor === "function" ? ownText(constructor, "name") : undefined) ?? "object";
}

/** An own string property that is data: a getter could run code of the caller. */
function ownText(owner: object, key: string): string | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(owner, key)?.value;
  return typeof value === "string" && value !== "" ? cut(value) : undefined;
}

function describeBigInt(value: bigint): string {
  // Printing takes quadratic time, so huge ones are not printed.
  const isHuge = BigInt.asIntN(128, value) !== value;
  return isHuge ? "[bigint]" : `${value.toString()}n`;
}

function quote(text: string): string {
  return text.length <= MAX_STRING_LENGTH
    ? JSON.stringify(text)
    : `${JSON.stringify(head(text))}... (${String(text.length)} characters)`;
}

function cut(text: string): string {
  return text.length <= MAX_STRING_LENGTH ? text : `${head(text)}...`;
}

function head(text: string): string {
  // The cut may fall between the halves of a character.
  return toWellFormed(text.slice(0, MAX_STRING_LENGTH));
}

function joined(parts: readonly string[], total: number): string {
  return total > parts.length ? `${parts.join(", ")}, ...` : parts.join(", ");
}
