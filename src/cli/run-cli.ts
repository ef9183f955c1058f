import { nearest } from "../internal/nearest.js";
import { parseArguments } from "./arguments.js";
import { commandHelp, overviewHelp } from "./help.js";
import { makeContext, type Context } from "./context.js";
import type { Command } from "./command.js";
import { capabilitiesCommand } from "./command-capabilities.js";
import { checkCommand } from "./command-check.js";
import { devicesCommand } from "./command-devices.js";
import { inspectCommand } from "./command-inspect.js";
import { listCommand } from "./command-list.js";
import { pullCommand } from "./command-pull.js";
import { recommendCommand } from "./command-recommend.js";
import { removeCommand } from "./command-remove.js";
import { runCommand } from "./command-run.js";
import { verifyCommand } from "./command-verify.js";
import { EXIT } from "./exit-codes.js";
import type { Host } from "./host.js";
import { reportFailure } from "./report-failure.js";
import { UsageError } from "./usage-error.js";
import { versionLines } from "./version.js";

export const COMMANDS: readonly Command[] = [
  ...[runCommand, inspectCommand, checkCommand, capabilitiesCommand, recommendCommand],
  ...[devicesCommand, pullCommand, listCommand, removeCommand, verifyCommand],
];

/** What other tools call our commands. */
const SYNONYMS: Readonly<Record<string, string>> = {
  chat: runCommand.name,
  generate: runCommand.name,
  download: pullCommand.name,
  install: pullCommand.name,
  rm: removeCommand.name,
  delete: removeCommand.name,
  ls: listCommand.name,
  cache: listCommand.name,
  info: inspectCommand.name,
  show: inspectCommand.name,
};

/** Runs a command line, without the names of Node and of the script; gives the exit code. */
export async function runCli(args: readonly string[], host: Host): Promise<number> {
  const context = makeContext(host);
  const [first = "", ...rest] = args;
  const command = COMMANDS.find(({ name }) => name === first);
  try {
    return await (command === undefined
      ? runBuiltIn(first, rest, context)
      : runCommandLine(command, rest, context));
  } catch (error) {
    // The arguments may be what is wrong, so these are looked for without parsing them.
    const json = rest.includes("--json");
    const verbose = rest.includes("--verbose");
    return await reportFailure(error, context, { json, verbose, command: command?.name ?? "" });
  }
}

async function runCommandLine(
  command: Command,
  args: readonly string[],
  context: Context,
): Promise<number> {
  const flags = command.groups.flatMap((group) => group.flags);
  const parsed = parseArguments(args, flags);
  if (!parsed.has("help")) return await command.run(parsed, context);
  await context.out.write(commandHelp(command, context.out.columns));
  return EXIT.ok;
}

async function runBuiltIn(
  name: string,
  args: readonly string[],
  { out, err }: Context,
): Promise<number> {
  switch (name) {
    case "":
      err.say(overviewHelp(COMMANDS, err.columns));
      return EXIT.usage;
    case "--version":
    case "-v":
      await out.writeLines(versionLines());
      return EXIT.ok;
    case "--help":
    case "-h":
    case "help":
      await out.write(helpOn(args[0], out.columns));
      return EXIT.ok;
    default:
      throw unknownCommand(name);
  }
}

function helpOn(name: string | undefined, columns: number): string {
  if (name === undefined || name === "help") return overviewHelp(COMMANDS, columns);
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) throw unknownCommand(name);
  return commandHelp(command, columns);
}

function unknownCommand(name: string): UsageError {
  const isFlag = name.startsWith("-");
  const names = COMMANDS.map((command) => command.name);
  const synonym = Object.hasOwn(SYNONYMS, name) ? SYNONYMS[name] : undefined;
  const near = synonym ?? nearest(name, isFlag ? ["--help", "--version"] : [...names, "help"]);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  if (!isFlag) return new UsageError(`There is no command ${JSON.stringify(name)}.${hint}`);
  const order = near === undefined ? " Options come after a command." : hint;
  return new UsageError(`Unknown option ${name}.${order}`);
}
