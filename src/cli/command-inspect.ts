import { inspectModel } from "../index.js";
import type { Arguments } from "./arguments.js";
import type { Command } from "./command.js";
import type { Context } from "./context.js";
import { EXIT } from "./exit-codes.js";
import { HELP_FLAG, JSON_FLAG } from "./flag.js";
import { HUB_FLAGS, hubOptions } from "./hub-flags.js";
import { inspectionSections } from "./inspection-text.js";
import { interruptible } from "./interruptible.js";
import { refuseOperands } from "./operands.js";

export const inspectCommand: Command = {
  name: "inspect",
  operands: "[MODEL]",
  summary: "Show what a model holds",
  description:
    "Reads the header of MODEL, a repository of the Hugging Face Hub, a .gguf file or the folder " +
    "of a checkpoint, and shows its metadata, its size, the types of its tensors and its chat template. Without MODEL, the embedded model " +
    "is shown.",
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
        { name: "template", kind: "switch", help: "Show the whole chat template" },
        { name: "tensors", kind: "switch", help: "List the tensors, too" },
        ...HUB_FLAGS,
        JSON_FLAG,
        HELP_FLAG,
      ],
    },
  ],
  examples: [
    { line: "abstractllm inspect model.gguf", meaning: "a summary" },
    { line: "abstractllm inspect model.gguf --tensors", meaning: "every tensor" },
    { line: "abstractllm inspect owner/name", meaning: "before it is downloaded" },
    {
      line: "abstractllm inspect model.gguf --json",
      meaning: "everything, for programs",
    },
  ],
  run,
};

async function run(args: Arguments, context: Context): Promise<number> {
  const style = { json: args.has("json"), verbose: false, command: "inspect" };
  return await interruptible(context, style, (signal) => inspect(args, context, signal));
}

async function inspect(args: Arguments, { out }: Context, signal: AbortSignal): Promise<number> {
  // Every command names its model in the same way.
  const flag = args.get("model");
  refuseOperands(args, flag === undefined ? 1 : 0);
  const model = await inspectModel(flag ?? args.positionals[0], { ...hubOptions(args), signal });
  if (args.has("json")) {
    await out.writeJson(model);
    return EXIT.ok;
  }
  const sections = inspectionSections(model, {
    width: out.tableWidth,
    template: args.has("template"),
    tensors: args.has("tensors"),
  });
  for (const [index, { title, lines }] of sections.entries()) {
    await out.writeLines([...(index === 0 ? [] : [""]), out.bold(title), ...lines]);
  }
  return EXIT.ok;
}
