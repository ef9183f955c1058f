import { isPlainObject } from "../internal/is-plain-object.js";
import { preview } from "../internal/preview.js";
import { toWellFormed } from "../internal/to-well-formed.js";
import { malformed, unserved } from "./message-error.js";
import type { ChatPart, FileInput, TextPart } from "./types.js";

/** Where a part carries its file, by the part's type. */
const SOURCES = {
  image: ["image", "url", "path", "base64"],
  audio: ["audio", "url", "path", "base64"],
} as const;

type Part = Record<string, unknown>;

/**
 * The content of a message: a text, or parts if there are files among them. Neighbouring
 * texts are joined by line breaks, as the engine joins them.
 *
 * @throws {InvalidRequestError} INVALID_REQUEST
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for kinds of parts that are not served
 */
export function parseContent(content: unknown, index: number): string | readonly ChatPart[] {
  if (typeof content === "string") return toWellFormed(content);
  if (!Array.isArray(content) || content.length === 0) {
    const allowed = "has to be a string or an array of parts, not empty";
    throw malformed(index, `has the content ${preview(content)}, which ${allowed}`);
  }
  const parts = joinTexts(Array.from(content, (part: unknown) => parsePart(part, index)));
  const [first] = parts;
  return parts.length === 1 && first?.type === "text" ? first.text : parts;
}

/** Texts that follow each other become one. */
export function joinTexts<Part extends { readonly type: string }>(
  parts: readonly (Part | TextPart)[],
): (Part | TextPart)[] {
  const joined: (Part | TextPart)[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (isText(part) && last !== undefined && isText(last)) {
      joined[joined.length - 1] = { type: "text", text: `${last.text}\n${part.text}` };
    } else {
      joined.push(part);
    }
  }
  return joined;
}

function isText(part: { readonly type: string }): part is TextPart {
  return part.type === "text";
}

function parsePart(part: unknown, index: number): ChatPart {
  const type = isPlainObject(part) ? part["type"] : undefined;
  if (!isPlainObject(part) || typeof type !== "string") {
    throw malformed(index, `has a part that is not { type, ... }: ${preview(part)}`);
  }
  switch (type) {
    case "text":
      return { type, text: parseText(part["text"], index) };
    case "image_url":
      return { type: "image", source: parseUrl(part[type], type, index) };
    case "audio_url":
      return { type: "audio", source: parseUrl(part[type], type, index) };
    case "input_audio":
      return { type: "audio", source: parseInputAudio(part["input_audio"], index) };
    case "image":
    case "audio":
      return { type, source: parseSource(part, type, index) };
    default: {
      const kinds = '"text", "image", "image_url", "audio", "audio_url" and "input_audio"';
      const served = `this version serves ${kinds}`;
      throw unserved(index, type, `has a part of the type ${preview(type)}; ${served}`);
    }
  }
}

function parseText(text: unknown, index: number): string {
  if (typeof text === "string") return toWellFormed(text);
  throw malformed(index, `has a text part whose text is ${preview(text)}, not a string`);
}

function parseUrl(value: unknown, name: "image_url" | "audio_url", index: number): string {
  const url = isPlainObject(value) ? value["url"] : value;
  if (typeof url === "string" && isPublic(url)) return url;
  const allowed = "has to be { url } with an http:, https: or data: URL";
  throw malformed(index, `has an ${name} of ${preview(value)}, which ${allowed}`);
}

function parseInputAudio(value: unknown, index: number): Uint8Array {
  const data = isPlainObject(value) ? value["data"] : undefined;
  if (typeof data === "string") return fromBase64(data, "input_audio", index);
  throw malformed(index, `has an input_audio of ${preview(value)}, which has to be { data }`);
}

function parseSource(part: Part, type: "image" | "audio", index: number): FileInput {
  const names = SOURCES[type].filter((name) => part[name] !== undefined && part[name] !== null);
  const [name] = names;
  const allowed = `needs exactly one of ${SOURCES[type].join(", ")}`;
  if (name === undefined || names.length > 1) {
    throw malformed(index, `has a part of the type "${type}" that ${allowed}: ${preview(part)}`);
  }
  const value = part[name];
  const found = `has a part of the type "${type}" whose ${name} is ${preview(value)}`;
  if (name === "base64") {
    if (typeof value === "string") return fromBase64(value, name, index);
  } else if ((typeof value === "string" && value !== "") || isObject(value)) {
    if (name === "path" || isPublic(value)) return value as FileInput;
    const places = "where texts are http:, https: and data: URLs";
    throw malformed(index, `${found}, ${places}; a file of this machine is given as path`);
  }
  throw malformed(index, found);
}

/**
 * Whether a source may be a stranger's, whose messages somebody passes on: of what JSON can
 * carry, only `path` names files of this machine. Objects of classes come from this process.
 */
function isPublic(source: string | object): boolean {
  // What looks like a URL object is taken for one.
  const text = isPlainObject(source) ? source["href"] : source;
  return typeof text !== "string" || /^(?:https?|data):/i.test(text);
}

// Every object that may be a file: the class of a Blob or a stream may be another realm's.
function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** With or without the "data:" URL around it. */
function fromBase64(text: string, name: string, index: number): Uint8Array {
  const data = text.replace(/^data:[^,]*;base64,/, "");
  // What is no base64, Buffer leaves out.
  if (data === "" || !/^[\w+/-]+={0,2}$/.test(data.replaceAll(/\s/g, ""))) {
    throw malformed(index, `has a ${name} that is no base64: ${preview(text)}`);
  }
  return Buffer.from(data, "base64");
}
