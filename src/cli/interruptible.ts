import { Interrupts } from "./interrupts.js";
import type { Context } from "./context.js";
import { reportFailure, type FailureStyle } from "./report-failure.js";

/**
 * Does a command's work so that Ctrl+C stops it: what it began on the disk is removed before the
 * process ends.
 */
export async function interruptible(
  context: Context,
  style: FailureStyle,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const { host } = context;
  const interrupts = new Interrupts(() => {
    host.leave();
  });
  host.onInterrupt(interrupts.interrupt);
  const { signal } = interrupts;
  try {
    return await work(signal);
  } catch (error) {
    // Whatever else fails is reported as in any other command.
    if (!signal.aborted) throw error;
    return await reportFailure(error, context, style, { signal });
  }
}
