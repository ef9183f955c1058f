import { fstatSync } from "node:fs";
import type { Readable, Writable } from "node:stream";

import { EXIT } from "./exit-codes.js";

export type InputStream = Readable & { readonly isTTY?: boolean };
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What the command line has to do with its process: tests give it another one. */
export interface Host {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether stdin is a pipe or a file, as `|` and `<` of a shell make it. */
  hasPipedText(): boolean;
  /** Has SIGINT call the listener instead of ending the process. */
  onInterrupt(listener: () => void): void;
  /** Ends the process now, after a second SIGINT. */
  leave(): void;
}

export function processHost(): Host {
  return {
    // Opened only when it is read: an inherited pipe may be meant for someone else.
    get stdin(): InputStream {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    hasPipedText: () => {
      try {
        const stats = fstatSync(0);
        return stats.isFIFO() || stats.isFile();
      } catch {
        // Closed.
        return false;
      }
    },
    onInterrupt: (listener) => {
      process.on("SIGINT", listener);
    },
    leave: () => {
      // eslint-disable-next-line n/no-process-exit -- the user asked twice: do not wait for anything
      process.exit(EXIT.interrupted);
    },
  };
}
