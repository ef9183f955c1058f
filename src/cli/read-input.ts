import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";

import type { InputStream } from "./host.js";

/**
 * Everything that is piped in, without the line break that tools put at its end.
 * Aborting gives it up, also while nothing comes.
 */
export async function readInput(stdin: InputStream, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  try {
    const input = await text(addAbortSignal(signal, stdin));
    return input.replace(/\r?\n$/, "");
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
