import { getCapabilities, type Capabilities, type Capability } from "../index.js";
import type { Arguments } from "./arguments.js";
import type { Command } from "./command.js";
import type { Context } from "./context.js";
import { EXIT } from "./exit-codes.js";
import { HELP_FLAG, JSON_FLAG } from "./flag.js";
import { formatPercent } from "./format.js";
import { HUB_FLAGS, hubOptions } from "./hub-flags.js";
import { interruptible } from "./interruptible.js";
import { refuseOperands } from "./operands.js";
import { formatTable, type Column } from "./table.js";

const COLUMNS: readonly Column[] = [
  { title: "CAPABILITY" },
  { title: "VERDICT" },
  { title: "CONFIDENCE", align: "right" },
  { title: "SERVED" },
  { title: "EVIDENCE", flexible: true },
];

export const capabilitiesCommand: Command = {
  name: "capabilities",
  operands: "[MODEL]",
  summary: "Show what a model can do",
  description:
    "Tells from the headers and small files of MODEL, a repository of the Hugging Face Hub, a .gguf " +
    "file or the folder of a checkpoint, what it can do, how sure that is and why. Without MODEL, " +
    "the embedded model is shown.",
  groups: [
    {
      title: "Options",
      flags: [
        {
          name: "model",
          short: "m",
          kind: "text",
          placeholder: "MODEL",
          help: "The same as MODEL",
        },
        { name: "all", kind: "switch", help: "Also what it cannot do, and what is not known" },
        ...HUB_FLAGS,
        JSON_FLAG,
        HELP_FLAG,
      ],
    },
  ],
  examples: [
    { line: "abstractllm capabilities ./phi-2", meaning: "a table" },
    { line: "abstractllm capabilities owner/name", meaning: "before it is downloaded" },
    { line: "abstractllm capabilities ./phi-2 --all --json", meaning: "everything, for programs" },
  ],
  run,
};

async function run(args: Arguments, context: Context): Promise<number> {
  const style = { json: args.has("json"), verbose: false, command: "capabilities" };
  return await interruptible(context, style, (signal) => show(args, context, signal));
}

async function show(args: Arguments, { out }: Context, signal: AbortSignal): Promise<number> {
  const flag = args.get("model");
  refuseOperands(args, flag === undefined ? 1 : 0);
  const capabilities = await getCapabilities(flag ?? args.positionals[0], {
    all: args.has("all"),
    ...hubOptions(args),
    signal,
  });
  if (args.has("json")) {
    await out.writeJson(capabilities);
    return EXIT.ok;
  }
  const [titles = "", ...lines] = formatTable(COLUMNS, rowsOf(capabilities), out.tableWidth);
  await out.writeLines([out.bold(titles), ...lines]);
  return EXIT.ok;
}

function rowsOf(capabilities: Capabilities): string[][] {
  return Object.entries(capabilities).map(
    ([name, { verdict, confidence, served, evidence }]: [string, Capability]) => [
      name,
      verdict,
      formatPercent(confidence),
      served ? "yes" : "no",
      evidence.join("; "),
    ],
  );
}
