import { downloadModel } from "../index.js";
import type { Arguments } from "./arguments.js";
import type { Command } from "./command.js";
import type { Context } from "./context.js";
import { EXIT } from "./exit-codes.js";
import { HELP_FLAG, JSON_FLAG } from "./flag.js";
import { formatBytes } from "./format.js";
import { HUB_FLAGS, hubOptions } from "./hub-flags.js";
import { Interrupts } from "./interrupts.js";
import { refuseOperands } from "./operands.js";
import { ProgressDisplay } from "./progress-display.js";
import { reportFailure } from "./report-failure.js";
import { UsageError } from "./usage-error.js";

export const pullCommand: Command = {
  name: "pull",
  operands: "MODEL",
  summary: "Download a model from the Hugging Face Hub",
  description:
    "Downloads what MODEL needs into the cache that Python's libraries share: a repository of " +
    "the Hub, with a revision behind @, a quantization behind :, or a file behind /. Prints the " +
    "path. A download that was interrupted goes on where it was.",
  groups: [
    {
      title: "Options",
      flags: [
        ...HUB_FLAGS,
        JSON_FLAG,
        { name: "verbose", kind: "switch", help: "Say what is retried, on stderr" },
        HELP_FLAG,
      ],
    },
  ],
  examples: [
    { line: "abstractllm pull owner/name", meaning: "a checkpoint, or the GGUF file that fits" },
    { line: "abstractllm pull owner/name:Q4_K_M", meaning: "of this quantization" },
    { line: "abstractllm pull owner/name@v1.0", meaning: "of this tag" },
  ],
  run,
};

async function run(args: Arguments, context: Context): Promise<number> {
  const { out, err, host } = context;
  refuseOperands(args, 1);
  const [model] = args.positionals;
  if (model === undefined) throw new UsageError("Which model? Write such as owner/name.");
  const interrupts = new Interrupts(() => {
    host.leave();
  });
  host.onInterrupt(interrupts.interrupt);
  const progress = new ProgressDisplay(err, true);
  const { signal } = interrupts;
  const style = { json: args.has("json"), verbose: args.has("verbose"), command: "pull" };
  try {
    const downloaded = await downloadModel(model, {
      ...hubOptions(args),
      signal,
      onProgress: progress.update,
      ...(style.verbose
        ? {
            log_level: "info" as const,
            logger: (level: string, text: string) => {
              err.say(`[${level}] ${text}\n`);
            },
          }
        : {}),
    });
    progress.clear();
    if (style.json) await out.writeJson(downloaded);
    else {
      const { files, size_bytes: size, path } = downloaded;
      err.say(`${model}: ${String(files.length)} files, ${formatBytes(size)}\n`);
      await out.writeLines([path]);
    }
    return EXIT.ok;
  } catch (error) {
    progress.clear();
    return await reportFailure(error, context, style, { signal });
  }
}
