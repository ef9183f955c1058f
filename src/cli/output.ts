import { escapeControls } from "./escape-controls.js";
import type { OutputStream } from "./host.js";

const DEFAULT_COLUMNS = 80;

/**
 * One of the two streams that a command writes to: stdout gets results and nothing
 * else, stderr whatever is said about them.
 */
export class Output {
  /** Whether a person looks at it. */
  readonly isTerminal: boolean;
  /** Whether lines can be rewritten. */
  readonly canErase: boolean;
  readonly hasColours: boolean;
  readonly #stream: OutputStream;
  #failure: Error | undefined;
  #isAtLineStart = true;

  constructor(stream: OutputStream, env: Readonly<Record<string, string | undefined>>) {
    this.#stream = stream;
    this.isTerminal = stream.isTTY === true;
    this.canErase = this.isTerminal && env["TERM"] !== "dumb";
    this.hasColours = this.canErase && (env["NO_COLOR"] ?? "") === "";
    // Without a listener, a reader that goes away ends the process with a stack.
    stream.on("error", (error: Error) => {
      this.#failure ??= error;
    });
  }

  /** Asked each time: windows are resized. */
  get columns(): number {
    const { columns } = this.#stream;
    return columns !== undefined && columns > 0 ? columns : DEFAULT_COLUMNS;
  }

  /** How wide a table may be: files and pipes have room for everything. */
  get tableWidth(): number {
    return this.isTerminal ? this.columns : Infinity;
  }

  /** Why it takes no more text, if so. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Writes text of this program; rejects when it cannot be delivered. */
  async write(text: string): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (text === "") return;
    this.#isAtLineStart = text.endsWith("\n");
    await new Promise<void>((resolve, reject) => {
      this.#stream.write(text, (error) => {
        if (error instanceof Error) {
          this.#failure ??= error;
          reject(this.#failure);
        } else {
          resolve();
        }
      });
    });
  }

  /** Writes text of a model or a file: a terminal does not get to obey it. */
  async writeForeign(text: string): Promise<void> {
    await this.write(this.isTerminal ? escapeControls(text) : text);
  }

  async writeLines(lines: readonly string[]): Promise<void> {
    await this.write(lines.map((line) => `${line}\n`).join(""));
  }

  /** On one line for programs, indented for people. */
  async writeJson(value: unknown): Promise<void> {
    await this.write(`${JSON.stringify(value, undefined, this.isTerminal ? 2 : 0)}\n`);
  }

  /** Ends a line that was begun. */
  async endLine(): Promise<void> {
    if (!this.#isAtLineStart) await this.write("\n");
  }

  /** Writes a message that nobody has to receive. */
  say(text: string): void {
    this.write(text).catch(() => undefined);
  }

  bold(text: string): string {
    return this.hasColours ? `\x1b[1m${text}\x1b[22m` : text;
  }

  red(text: string): string {
    return this.hasColours ? `\x1b[31m${text}\x1b[39m` : text;
  }
}
