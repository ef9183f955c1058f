import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";

const HISTORY_SIZE = 200;

export interface LineReaderOptions {
  readonly input: Readable;
  /** Gets the prompts, and what is typed. */
  readonly output: Writable;
  /** Whether lines can be edited, and called back with the arrow keys. */
  readonly terminal: boolean;
  /** Ctrl+C at an empty line, or while no line is asked for. */
  readonly onInterrupt: () => void;
}

/**
 * Lines from a person, one at a time. What is typed or pasted before it is asked for
 * waits its turn.
 */
export class LineReader {
  readonly #readline: Interface;
  readonly #lines: string[] = [];
  #waiting: ((line: string | undefined) => void) | undefined;
  #closed = false;

  constructor({ input, output, terminal, onInterrupt }: LineReaderOptions) {
    this.#readline = createInterface({ input, output, terminal, historySize: HISTORY_SIZE });
    this.#readline.on("line", (line) => {
      this.#lines.push(line);
      this.#deliver();
    });
    this.#readline.on("close", () => {
      this.#closed = true;
      this.#deliver();
    });
    // A terminal in raw mode sends Ctrl+C as a key, not as a signal.
    this.#readline.on("SIGINT", () => {
      if (this.#waiting !== undefined && this.#readline.line !== "") this.#eraseLine();
      else onInterrupt();
    });
  }

  /** The next line; undefined when there will be none. */
  ask(prompt: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      if (this.#lines.length === 0 && !this.#closed) {
        this.#readline.setPrompt(prompt);
        // Keeps what was typed ahead on this line.
        this.#readline.prompt(true);
      }
      this.#deliver();
    });
  }

  /** Shows the prompt again after other text. */
  remind(): void {
    if (this.#waiting !== undefined && !this.#closed) this.#readline.prompt(true);
  }

  close(): void {
    this.#readline.close();
  }

  #deliver(): void {
    const resolve = this.#waiting;
    if (resolve === undefined || (this.#lines.length === 0 && !this.#closed)) return;
    this.#waiting = undefined;
    resolve(this.#lines.shift());
  }

  #eraseLine(): void {
    this.#readline.write(null, { ctrl: true, name: "e" });
    this.#readline.write(null, { ctrl: true, name: "u" });
  }
}
