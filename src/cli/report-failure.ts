import type { Context } from "./context.js";
import { errorLines, errorToJson, exitCodeOf } from "./error-report.js";
import { EXIT } from "./exit-codes.js";

/** How a command was asked to tell of its failure. */
export interface FailureStyle {
  readonly json: boolean;
  /** Whether to show the stack. */
  readonly verbose: boolean;
  /** Whose help to point to after wrong usage: "run", or "" for the overview. */
  readonly command: string;
}

/** What was known when it failed. */
export interface FailureState {
  /** Ctrl+C, when it was aborted and the failure is its reason. */
  readonly signal?: AbortSignal;
  /** Text that was generated before. */
  readonly text?: string;
}

/** Tells of a failure, in lines on stderr and with --json on stdout, too; gives the exit code. */
export async function reportFailure(
  error: unknown,
  { out, err, host }: Context,
  style: FailureStyle,
  { signal, text = "" }: FailureState = {},
): Promise<number> {
  // A reader that has seen enough, such as head, is no failure.
  if (out.failure !== undefined && isBrokenPipe(out.failure)) return EXIT.ok;

  const isInterrupted = signal?.aborted === true && error === signal.reason;
  if (!isInterrupted) {
    const debug = host.env["DEBUG"] ?? "";
    const lines = errorLines(error, style.verbose || (debug !== "" && debug !== "0"));
    err.say(`${err.red("abstractllm:")} ${lines.join("\n")}\n`);
    if (exitCodeOf(error) === EXIT.usage) err.say(`${hintOf(style.command)}\n`);
  }
  if (style.json && out.failure === undefined) {
    const report = { error: errorToJson(error), ...(text === "" ? {} : { text }) };
    await out.writeJson(report).catch(() => undefined);
  }
  return isInterrupted ? EXIT.interrupted : exitCodeOf(error);
}

// Windows calls it EOF.
function isBrokenPipe(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EPIPE" || code === "EOF";
}

function hintOf(command: string): string {
  const line = command === "" ? "abstractllm --help" : `abstractllm ${command} --help`;
  return `Run "${line}" to see what there is.`;
}
