import { readFile } from "node:fs/promises";

import { HuggingFaceProvider, InvalidRequestError, type ProviderOptions } from "../index.js";
import type { Arguments } from "./arguments.js";
import { chat } from "./chat.js";
import type { Command } from "./command.js";
import type { Context } from "./context.js";
import { HELP_FLAG, JSON_FLAG, type FlagGroup } from "./flag.js";
import { Interrupts } from "./interrupts.js";
import { PROVIDER_FLAG_GROUPS, providerOptions } from "./provider-flags.js";
import { promptSource, readPrompt } from "./prompt-source.js";
import { reportFailure } from "./report-failure.js";
import { runOnce } from "./run-once.js";
import { UsageError } from "./usage-error.js";

const FILES: FlagGroup = {
  title: "Input",
  flags: [
    {
      name: "file",
      short: "f",
      kind: "texts",
      placeholder: "FILE",
      help: "A picture, document, table or URL that the prompt is about; may come several times",
    },
    {
      name: "grammar-file",
      kind: "text",
      placeholder: "FILE",
      help: "A file with the grammar that the answer follows",
    },
  ],
};

const OUTPUT: FlagGroup = {
  title: "Output",
  flags: [
    JSON_FLAG,
    { name: "stats", kind: "switch", help: "Say at the end how long it took, on stderr" },
    {
      name: "verbose",
      kind: "switch",
      help: "Show the engine's log, and the stack of a failure, on stderr",
    },
    HELP_FLAG,
  ],
};

export const runCommand: Command = {
  name: "run",
  operands: "[PROMPT] [-]",
  summary: "Answer a prompt, or chat",
  description:
    "Answers PROMPT and streams the text to stdout. Text from a pipe or a file is put behind it, " +
    "with an empty line between; < /dev/null leaves it out, and - reads stdin whatever it is. " +
    "Without PROMPT, that text alone is the prompt, and on a terminal a chat begins. A PROMPT " +
    "that begins with a dash comes last, behind --. Ctrl+C stops an answer and keeps what there " +
    "is of it; a second Ctrl+C leaves at once.",
  groups: [...PROVIDER_FLAG_GROUPS, FILES, OUTPUT],
  examples: [
    { line: 'abstractllm run "Tell me a story."', meaning: "the embedded model, one answer" },
    {
      line: 'abstractllm run "What is on this picture?" --file photo.jpg',
      meaning: "for models that see",
    },
    { line: "abstractllm run -m model.gguf --system 'Be brief.'", meaning: "a chat" },
    {
      line: 'cat letter.txt | abstractllm run "Summarise this letter:"',
      meaning: "a prompt, and the text that it is about",
    },
    {
      line: 'abstractllm run "Name a colour." --json --seed 7 --max-tokens 16',
      meaning: "for programs",
    },
    {
      line: 'abstractllm run "Is the sky blue?" --grammar \'root ::= "yes" | "no"\'',
      meaning: "one of two answers",
    },
  ],
  run,
};

async function run(args: Arguments, context: Context): Promise<number> {
  const { host, err } = context;
  const style = { json: args.has("json"), verbose: args.has("verbose"), command: "run" };
  const showStats = args.has("stats");
  const source = promptSource(args, host);
  const isChat = source.typed === undefined && host.stdin.isTTY === true;
  if (isChat && style.json) throw new UsageError("--json needs a prompt.");

  const files = args.all("file");
  if (isChat && files.length > 0) throw new UsageError("--file needs a prompt.");

  const options = await optionsOf(args, context);
  if (isChat && options.n !== undefined) throw new UsageError("--n needs a prompt.");
  if (options.logprobs !== undefined && !style.json) {
    throw new UsageError("--logprobs needs --json.");
  }
  const llm = new HuggingFaceProvider(options);
  const interrupts = new Interrupts(() => {
    if (isChat) err.say("\n");
    host.leave();
  });
  host.onInterrupt(interrupts.interrupt);
  const { signal } = interrupts;
  try {
    if (isChat) {
      const systemPrompt = options.system_prompt;
      return await chat({ llm, context, interrupts, style, showStats, systemPrompt });
    }
    const prompt = await readPrompt(source, host, signal);
    if (prompt === "") throw new UsageError("The prompt is empty.");
    return await runOnce({ llm, prompt, files, signal, context, style, showStats });
  } catch (error) {
    return await reportFailure(error, context, style, { signal });
  } finally {
    await llm.cleanup();
  }
}

async function optionsOf(args: Arguments, { err }: Context): Promise<ProviderOptions> {
  const options = providerOptions(args);
  const grammarFile = args.get("grammar-file");
  if (grammarFile !== undefined) {
    if (options.grammar !== undefined) {
      throw new UsageError("--grammar and --grammar-file exclude each other.");
    }
    options.grammar = await readGrammar(grammarFile);
  }
  if (args.has("verbose")) {
    options.log_level = "info";
    options.logger = (level, message) => {
      err.say(`[${level}] ${message.trimEnd()}\n`);
    };
  }
  return options;
}

async function readGrammar(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const name = `The file ${JSON.stringify(path)} of --grammar-file`;
    const problem = code === "ENOENT" ? "does not exist" : `cannot be read: ${message}`;
    throw new InvalidRequestError(`${name} ${problem}.`, { cause, details: { path } });
  }
}
