import { PassThrough } from "node:stream";
import type { Host, InputStream, OutputStream } from "../../src/cli/host.js";

export interface FakeHostOptions {
  readonly env?: Record<string, string>;
  /** Whether the three streams are a terminal. */
  readonly terminal?: boolean;
  readonly columns?: number;
  /** Whether stdin is a pipe or a file. */
  readonly piped?: boolean;
}

/** A process for the command line that exists in memory only. */
export class FakeHost implements Host {
  readonly stdin: InputStream & PassThrough;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Record<string, string>;
  hasLeft = false;
  /** What SIGINT does. */
  interrupt: (() => void) | undefined;
  readonly #piped: boolean;
  readonly #out: string[] = [];
  readonly #err: string[] = [];

  constructor({ env = {}, terminal = false, columns = 80, piped = false }: FakeHostOptions = {}) {
    this.env = env;
    this.#piped = piped;
    this.stdin = Object.assign(new PassThrough(), { isTTY: terminal });
    this.stdout = Object.assign(recorder(this.#out), { isTTY: terminal, columns });
    this.stderr = Object.assign(recorder(this.#err), { isTTY: terminal, columns });
  }

  get out(): string {
    return this.#out.join("");
  }

  get err(): string {
    return this.#err.join("");
  }

  hasPipedText(): boolean {
    return this.#piped;
  }

  onInterrupt(listener: () => void): void {
    this.interrupt = listener;
  }

  leave(): void {
    this.hasLeft = true;
  }
}

function recorder(chunks: string[]): PassThrough {
  return new PassThrough({ encoding: "utf8" }).on("data", (chunk: string) => chunks.push(chunk));
}
