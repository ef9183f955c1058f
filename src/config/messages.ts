import { InvalidRequestError } from "../errors.js";
import { isPlainObject } from "../internal/is-plain-object.js";
import { nearest } from "../internal/nearest.js";
import { plainValue } from "../internal/plain-value.js";
import { preview } from "../internal/preview.js";
import { toWellFormed } from "../internal/to-well-formed.js";
import { parseContent } from "./content-parts.js";
import { malformed, unserved } from "./message-error.js";
import type { ChatMessage } from "./types.js";

/** What generate() was given, in one of its two forms. */
export type NormalisedInput =
  { readonly prompt: string } | { readonly messages: readonly ChatMessage[] };

const ROLES = ["system", "user", "assistant", "tool"] as const;
// Known from other libraries; dropping them would change what the model is told.
const UNSERVED_KEYS = ["tool_calls", "tool_call_id", "name", "reasoning_content"];

/**
 * Checks a prompt or an array of messages, and gives it its internal form.
 *
 * @throws {InvalidRequestError} INVALID_REQUEST
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for content of other kinds than text,
 *   pictures and sounds
 */
export function normaliseInput(input: unknown): NormalisedInput {
  if (typeof input === "string") {
    if (input === "") throw new InvalidRequestError("The prompt is empty.");
    return { prompt: toWellFormed(input) };
  }
  if (!Array.isArray(input)) {
    const allowed = "a string or an array of messages";
    throw new InvalidRequestError(`The input has to be ${allowed}, and is ${preview(input)}.`, {
      details: { parameter: "input", value: plainValue(input), allowed },
    });
  }
  if (input.length === 0) throw new InvalidRequestError("The array of messages is empty.");
  return { messages: Array.from(input, normaliseMessage) };
}

/** The messages, with a system message in front if there is none yet and a text for it. */
export function withSystemPrompt(
  messages: readonly ChatMessage[],
  systemPrompt: string | undefined,
): readonly ChatMessage[] {
  if (systemPrompt === undefined || systemPrompt === "") return messages;
  if (messages.some(({ role }) => role === "system")) return messages;
  return [{ role: "system", content: systemPrompt }, ...messages];
}

function normaliseMessage(message: unknown, index: number): ChatMessage {
  if (!isPlainObject(message)) {
    throw malformed(index, `has to be an object { role, content }, and is ${preview(message)}`);
  }
  for (const key of Object.keys(message)) assertKey(key, message[key], index);
  const { role, content } = message;
  return { role: parseRole(role, index), content: parseContent(content, index) };
}

function assertKey(key: string, value: unknown, index: number): void {
  if (key === "role" || key === "content" || value === undefined || value === null) return;
  if (UNSERVED_KEYS.includes(key)) {
    if (Array.isArray(value) && value.length === 0) return;
    throw unserved(index, key, `has ${preview(key)}, which this version does not serve yet`);
  }
  throw malformed(index, `has an unknown key ${preview(key)}; allowed are role and content`);
}

function parseRole(role: unknown, index: number): ChatMessage["role"] {
  const known = ROLES.find((name) => name === role);
  if (known !== undefined) return known;
  const near = typeof role === "string" ? nearest(role, ROLES) : undefined;
  const hint = near === undefined ? "" : ` (did you mean "${near}"?)`;
  throw malformed(index, `has the role ${preview(role)}${hint}; allowed are ${ROLES.join(", ")}`);
}
