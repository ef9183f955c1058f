import type { Arguments } from "./arguments.js";
import type { Host } from "./host.js";
import { readInput } from "./read-input.js";
import { UsageError } from "./usage-error.js";

/** Where the prompt of an answer comes from: what was typed, stdin, or both. */
export interface PromptSource {
  readonly typed: string | undefined;
  readonly readsInput: boolean;
}

/**
 * Reads the operands `[PROMPT] [-]`. Text that the shell pipes in, or takes from a file,
 * belongs to the prompt; of other streams nobody knows whether they end, so they have to
 * be asked for with "-".
 *
 * @throws {UsageError} when there are more
 */
export function promptSource({ positionals }: Arguments, host: Host): PromptSource {
  const operands = positionals.at(-1) === "-" ? positionals.slice(0, -1) : positionals;
  const [typed, second] = operands;
  if (second !== undefined) {
    const advice =
      typed?.endsWith(".gguf") === true ? "name the model with -m" : "put it in quotes";
    throw new UsageError(
      `There is one prompt, and ${String(operands.length)} were given: ${advice}.`,
    );
  }
  const isAskedFor = operands.length < positionals.length;
  return { typed, readsInput: typed === undefined || isAskedFor || host.hasPipedText() };
}

/** The prompt: what was typed, an empty line, and what stdin gives. */
export async function readPrompt(
  { typed = "", readsInput }: PromptSource,
  host: Host,
  signal: AbortSignal,
): Promise<string> {
  const input = readsInput ? await readInput(host.stdin, signal) : "";
  return [typed, input].filter((text) => text !== "").join("\n\n");
}
