import { parseArgs } from "node:util";

import type { Flag, FlagKind } from "./flag.js";
import { unknownFlagError } from "./unknown-flag.js";
import { UsageError } from "./usage-error.js";

/** What was typed after a command, checked against its flags. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(positionals: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.positionals = positionals;
    this.#values = values;
  }

  has(flag: string): boolean {
    return this.#values.has(flag);
  }

  /** Every value of a flag, in order. */
  all(flag: string): readonly string[] {
    return this.#values.get(flag) ?? [];
  }

  /** The last value of a flag. */
  get(flag: string): string | undefined {
    return this.all(flag).at(-1);
  }
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/**
 * @throws {UsageError} for unknown flags, missing values and values that are too many
 */
export function parseArguments(args: readonly string[], flags: readonly Flag[]): Arguments {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(flags.map((flag) => [flag.name, toOption(flag)])),
    // The checks are made here, where the nearest name is known.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const positionals: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const flag = flags.find(({ name }) => name === token.name);
    // Whoever asks for help gets it, whatever else is wrong.
    if (flag?.name === "help") return new Arguments([], new Map([["help", [""]]]));
    if (flag === undefined) throw unknownFlagError(token.rawName, args[token.index] ?? "", flags);
    values.set(flag.name, [...(values.get(flag.name) ?? []), checkValue(flag, token)]);
  }
  return new Arguments(positionals, values);
}

function toOption({ kind, short }: Flag): { type: "string" | "boolean"; short?: string } {
  const type = isSwitch(kind) ? "boolean" : "string";
  return short === undefined ? { type } : { type, short };
}

function isSwitch(kind: FlagKind): boolean {
  return kind === "switch" || kind === "off-switch";
}

function checkValue(flag: Flag, { rawName, value, inlineValue }: OptionToken): string {
  if (isSwitch(flag.kind)) {
    if (value === undefined) return "";
    throw new UsageError(`${rawName} takes no value, and got ${JSON.stringify(value)}.`);
  }
  const wanted = `${rawName} needs a value: ${rawName} ${flag.placeholder ?? "VALUE"}.`;
  if (value === undefined) throw new UsageError(wanted);
  // Most likely the value was forgotten, unless it is a negative number or "-".
  if (inlineValue !== true && /^-[^\d.]/.test(value)) {
    throw new UsageError(`${wanted} If ${value} is the value, write --${flag.name}=${value}`);
  }
  return value;
}
