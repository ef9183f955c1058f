import { streamAnswer, type Answer, type Llm } from "./answer.js";
import type { Context } from "./context.js";
import { EXIT } from "./exit-codes.js";
import type { Output } from "./output.js";
import { ProgressDisplay } from "./progress-display.js";
import { reportFailure, type FailureStyle } from "./report-failure.js";
import { statsLines } from "./stats.js";

export interface OnceRequest {
  readonly llm: Llm;
  readonly prompt: string;
  /** Paths and URLs. */
  readonly files: readonly string[];
  readonly signal: AbortSignal;
  readonly context: Context;
  readonly style: FailureStyle;
  readonly showStats: boolean;
}

/**
 * The answer on stdout, or as many as were asked for, with an empty line between; gives
 * the exit code. When it fails or is stopped, what there is of the text stays.
 */
export async function runOnce(request: OnceRequest): Promise<number> {
  const { llm, prompt: input, files, signal, context, style, showStats } = request;
  const { out, err } = context;
  // The engine's log would run through a bar.
  const progress = new ProgressDisplay(err, !style.verbose);
  let text = "";
  const onText = async (piece: string): Promise<void> => {
    text += piece;
    if (!style.json) await out.writeForeign(piece);
  };
  try {
    const answer = await streamAnswer({ llm, input, files, signal, progress, onText });
    if (style.json) await out.writeJson(answer.result);
    else await finishText(out, answer);
    if (showStats) err.say(`${statsLines(answer).join("\n")}\n`);
    return EXIT.ok;
  } catch (error) {
    // If the text cannot be written, neither can the end of its line.
    await out.endLine().catch(() => undefined);
    return await reportFailure(error, context, style, { signal, text });
  }
}

/** The first answer was written as it came. */
async function finishText(out: Output, { result }: Answer): Promise<void> {
  await out.endLine();
  for (const { text } of result.choices.slice(1)) {
    await out.write("\n");
    await out.writeForeign(text);
    await out.endLine();
  }
}
