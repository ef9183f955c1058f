import type { Arguments } from "./arguments.js";
import type { Context } from "./context.js";
import type { FlagGroup } from "./flag.js";

export interface Example {
  readonly line: string;
  readonly meaning: string;
}

/** One command: what the help says of it, and what it does. */
export interface Command {
  readonly name: string;
  /** What comes after the name in the usage line. */
  readonly operands: string;
  /** For the list of commands. */
  readonly summary: string;
  readonly description: string;
  readonly groups: readonly FlagGroup[];
  readonly examples: readonly Example[];
  /** Resolves to the exit code; failures are thrown. */
  run(args: Arguments, context: Context): Promise<number>;
}
