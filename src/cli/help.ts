import type { Command, Example } from "./command.js";
import { EXIT_CODE_WORDS } from "./exit-codes.js";
import type { Flag } from "./flag.js";
import { wrap } from "./wrap.js";

const MAX_COLUMNS = 100;
const MIN_COLUMNS = 40;
const MAX_TERM_COLUMNS = 30;

const OVERVIEW_EXAMPLES: readonly Example[] = [
  { line: 'abstractllm run "What is the capital of France?"', meaning: "one answer, streamed" },
  { line: "abstractllm run -m model.gguf", meaning: "a chat with a model of yours" },
  { line: "abstractllm inspect model.gguf", meaning: "what a model file holds" },
];

/** What `abstractllm --help` prints. */
export function overviewHelp(commands: readonly Command[], columns: number): string {
  return join(
    paragraph(
      "abstractllm runs language models on this machine: GGUF files and Hugging Face checkpoints.",
      columns,
    ),
    section("Usage", [
      "abstractllm COMMAND [options]",
      "abstractllm help COMMAND",
      "abstractllm --version",
    ]),
    section("Commands", terms([...commands.map(termOf), HELP_TERM], columns)),
    section("Examples", examples(OVERVIEW_EXAMPLES, columns)),
    section("Exit codes", terms(exitCodes(), columns)),
    paragraph(
      "Results go to stdout, everything else to stderr. NO_COLOR and TERM=dumb are respected; " +
        "DEBUG=1 shows the stacks of failures.",
      columns,
    ),
  );
}

/** What `abstractllm help COMMAND` prints. */
export function commandHelp(command: Command, columns: number): string {
  return join(
    section("Usage", [`abstractllm ${command.name} ${command.operands} [options]`]),
    paragraph(command.description, columns),
    ...command.groups.map(({ title, flags }) =>
      section(title, terms(flags.map(flagTerm), columns)),
    ),
    section("Examples", examples(command.examples, columns)),
    section("Exit codes", terms(exitCodes(), columns)),
  );
}

type Term = readonly [string, string];

const HELP_TERM: Term = ["help", "Explain a command"];

function termOf({ name, summary }: Command): Term {
  return [name, summary];
}

function flagTerm({ name, short, placeholder, help }: Flag): Term {
  const head = short === undefined ? "    " : `-${short}, `;
  return [`${head}--${name}${placeholder === undefined ? "" : ` ${placeholder}`}`, help];
}

function exitCodes(): Term[] {
  return EXIT_CODE_WORDS.map(([code, words]) => [String(code), words]);
}

function examples(list: readonly Example[], columns: number): string[] {
  return list.flatMap(({ line, meaning }) => [
    ...wrap(`# ${meaning}`, textColumns(columns) - 2),
    line,
  ]);
}

/** A column of terms, and their explanations beside it. */
function terms(list: readonly Term[], columns: number): string[] {
  const widest = Math.max(...list.map(([term]) => term.length));
  const column = Math.min(widest, MAX_TERM_COLUMNS) + 2;
  const room = Math.max(textColumns(columns) - 2 - column, MIN_COLUMNS / 2);
  return list.flatMap(([term, words]) => {
    const [first = "", ...rest] = wrap(words, room);
    const indented = rest.map((line) => " ".repeat(column) + line);
    if (term.length > column - 2) return [term, " ".repeat(column) + first, ...indented];
    return [term.padEnd(column) + first, ...indented];
  });
}

function section(title: string, lines: readonly string[]): string {
  return [`${title}:`, ...lines.map((line) => `  ${line}`)].join("\n");
}

function paragraph(text: string, columns: number): string {
  return wrap(text, textColumns(columns)).join("\n");
}

function join(...parts: readonly string[]): string {
  return `${parts.join("\n\n")}\n`;
}

function textColumns(columns: number): number {
  return Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, columns));
}
