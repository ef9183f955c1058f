import { HuggingFaceProvider } from "../index.js";
import type { Arguments } from "./arguments.js";
import { checkSections } from "./check-text.js";
import type { Command } from "./command.js";
import type { Context } from "./context.js";
import { EXIT } from "./exit-codes.js";
import { HELP_FLAG, JSON_FLAG } from "./flag.js";
import { interruptible } from "./interruptible.js";
import { refuseOperands } from "./operands.js";
import { MODEL_FLAG_GROUP, providerOptions } from "./provider-flags.js";

export const checkCommand: Command = {
  name: "check",
  operands: "[MODEL]",
  summary: "Tell whether a model fits, and where it would lie",
  description:
    "Reads the header of MODEL, a .gguf file or the folder of a checkpoint, and tells what loading " +
    "it would take on each device, whether that fits, and what would help. Nothing is loaded. " +
    "Without MODEL, the embedded model is checked. Ends with 1 if it does not fit.",
  groups: [MODEL_FLAG_GROUP, { title: "Output", flags: [JSON_FLAG, HELP_FLAG] }],
  examples: [
    { line: "abstractllm check model.gguf", meaning: "the verdict and the plan" },
    {
      line: "abstractllm check model.gguf --context-window 32768 --max-memory cpu=8GiB",
      meaning: "with these options",
    },
    { line: "abstractllm check ./phi-2 --quantization q8_0 --json", meaning: "for programs" },
  ],
  run,
};

async function run(args: Arguments, context: Context): Promise<number> {
  const style = { json: args.has("json"), verbose: false, command: "check" };
  return await interruptible(context, style, (signal) => check(args, context, signal));
}

async function check(args: Arguments, { out }: Context, signal: AbortSignal): Promise<number> {
  const options = providerOptions(args);
  refuseOperands(args, options.model === undefined ? 1 : 0);
  const [model = options.model] = args.positionals;
  const llm = new HuggingFaceProvider({ ...options, ...(model === undefined ? {} : { model }) });
  try {
    const requirements = await llm.checkSystemRequirements({ signal });
    if (args.has("json")) {
      await out.writeJson(requirements);
    } else {
      const sections = checkSections(requirements, out.tableWidth);
      for (const [index, { title, lines }] of sections.entries()) {
        await out.writeLines([...(index === 0 ? [] : [""]), out.bold(title), ...lines]);
      }
    }
    return requirements.verdict === "does_not_fit" ? EXIT.failure : EXIT.ok;
  } finally {
    await llm.cleanup();
  }
}
