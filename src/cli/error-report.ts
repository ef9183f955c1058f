import { inspect } from "node:util";

import { AbstractLLMError, InvalidParameterError } from "../index.js";
import { escapeControls } from "./escape-controls.js";
import { EXIT } from "./exit-codes.js";
import { flagOfOption } from "./provider-flags.js";
import { UsageError } from "./usage-error.js";

/** The exit code for a failure that was not an interruption. */
export function exitCodeOf(error: unknown): number {
  const isUsage = error instanceof UsageError || InvalidParameterError.isInstance(error);
  return isUsage ? EXIT.usage : EXIT.failure;
}

/** Lines that explain a failure: what happened, and what helps. */
export function errorLines(error: unknown, withStack: boolean): string[] {
  const lines = [messageOf(error), ...remediesOf(error).map((remedy) => `  - ${remedy}`)];
  if (withStack) lines.push(inspect(error));
  return lines.map(escapeControls);
}

/** A failure as `--json` prints it. */
export function errorToJson(error: unknown): object {
  if (typeof error !== "object" || error === null) return { name: "Error", message: String(error) };
  if (AbstractLLMError.isInstance(error)) return error.toJSON();
  const { name, message, code } = error as { name?: unknown; message?: unknown; code?: unknown };
  return { name, ...(typeof code === "string" ? { code } : {}), message };
}

/** Options have the names here that were typed. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Not within paths.
  const text = message.replaceAll(/(?<![^\s"(])("?)([a-z]+(?:_[a-z]+)+)\1(?![\w/\\])/g, asTyped);
  const parameter = detailsOf(error)["parameter"];
  if (typeof parameter !== "string") return text;
  const flag = flagOfOption(parameter);
  return flag === undefined ? text : text.replace(`"${parameter}"`, `--${flag}`);
}

/** A name with an underscore can only be an option; others need the context to tell. */
function asTyped(word: string, _quote: string, name: string): string {
  const flag = flagOfOption(name);
  return flag === undefined ? word : `--${flag}`;
}

/** Those that the message does not tell. */
function remediesOf(error: unknown): string[] {
  const { remedies } = detailsOf(error);
  if (!Array.isArray(remedies)) return [];
  const message = error instanceof Error ? error.message : "";
  const isNews = (remedy: unknown): remedy is string =>
    typeof remedy === "string" && !message.includes(remedy);
  return remedies.filter(isNews);
}

function detailsOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error) || !("details" in error)) return {};
  const { details } = error;
  return typeof details === "object" && details !== null ? { ...details } : {};
}
