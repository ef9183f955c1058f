import { ContextWindowExceededError, type MessageInput } from "../index.js";
import { streamAnswer, type Llm } from "./answer.js";
import { CHAT_COMMANDS, parseChatLine, type ChatLine } from "./chat-command.js";
import type { Context } from "./context.js";
import { EXIT } from "./exit-codes.js";
import type { Interrupts } from "./interrupts.js";
import { LineReader } from "./line-reader.js";
import { ProgressDisplay } from "./progress-display.js";
import { reportFailure, type FailureStyle } from "./report-failure.js";
import { statsLines } from "./stats.js";
import { formatTable } from "./table.js";

export interface ChatOptions {
  readonly llm: Llm;
  readonly context: Context;
  readonly interrupts: Interrupts;
  readonly style: FailureStyle;
  readonly showStats: boolean;
  readonly systemPrompt: string | undefined;
}

/**
 * A conversation at the terminal, until /exit or the end of the input; gives the exit
 * code. Answers go to stdout, all else to stderr.
 */
export async function chat(options: ChatOptions): Promise<number> {
  const { llm, interrupts, context, style } = options;
  const progress = new ProgressDisplay(context.err, !style.verbose);
  try {
    // A model that does not load should not wait for the first message.
    await llm.preload({ signal: interrupts.signal, onProgress: progress.update });
  } finally {
    progress.clear();
  }
  const conversation = new Conversation(options);
  await conversation.run();
  return EXIT.ok;
}

class Conversation {
  readonly #options: ChatOptions;
  readonly #reader: LineReader;
  #messages: readonly MessageInput[] = [];
  #systemPrompt: string;

  constructor(options: ChatOptions) {
    const { context, interrupts, systemPrompt } = options;
    this.#options = options;
    this.#systemPrompt = systemPrompt ?? "";
    this.#reader = new LineReader({
      input: context.host.stdin,
      output: context.host.stderr,
      terminal: context.err.canErase,
      onInterrupt: interrupts.interrupt,
    });
  }

  async run(): Promise<void> {
    this.#say("Type a message, or /help.");
    try {
      for (;;) {
        const line = await this.#ask();
        if (line === undefined) break;
        this.#options.interrupts.renew();
        const parsed = parseChatLine(line);
        if (parsed.kind === "exit") return;
        await this.#follow(parsed);
      }
      this.#say("");
    } finally {
      this.#reader.close();
    }
  }

  async #ask(): Promise<string | undefined> {
    const { context, interrupts } = this.#options;
    // Aborted already when it stopped the last answer: one more leaves then.
    const { signal } = interrupts;
    const explain = (): void => {
      this.#say("\nPress Ctrl+C once more to leave.");
      this.#reader.remind();
    };
    signal.addEventListener("abort", explain, { once: true });
    try {
      return await this.#reader.ask(context.err.bold("> "));
    } finally {
      signal.removeEventListener("abort", explain);
    }
  }

  async #follow(line: ChatLine): Promise<void> {
    switch (line.kind) {
      case "message":
        await this.#answer(line.text);
        break;
      case "clear":
        this.#messages = [];
        this.#say("The conversation is forgotten.");
        break;
      case "system":
        this.#setSystemPrompt(line.text);
        break;
      case "help":
        this.#say(formatTable([{}, {}], CHAT_COMMANDS).join("\n"));
        break;
      case "unknown":
        this.#explainUnknown(line.name, line.nearest);
        break;
      case "nothing":
      case "exit":
        break;
    }
  }

  async #answer(content: string): Promise<void> {
    const { llm, context, interrupts, style, showStats } = this.#options;
    const { out, err } = context;
    const { signal } = interrupts;
    const input: MessageInput[] = [...this.#messages, { role: "user", content }];
    const progress = new ProgressDisplay(err, !style.verbose);
    const systemPrompt = this.#systemPrompt;
    let text = "";
    const onText = async (piece: string): Promise<void> => {
      text += piece;
      await out.writeForeign(piece);
    };
    try {
      const answer = await streamAnswer({ llm, input, systemPrompt, signal, progress, onText });
      await out.endLine();
      if (showStats) this.#say(statsLines(answer).join("\n"));
      this.#messages = [...input, { role: "assistant", content: text }];
    } catch (error) {
      if (out.failure !== undefined) throw error;
      await out.endLine();
      const wasStopped = error === signal.reason;
      // The model is to know of what it said, but not of what it could not answer.
      if (wasStopped && text !== "") {
        this.#messages = [...input, { role: "assistant", content: text }];
      }
      if (wasStopped) this.#say("(stopped)");
      else await this.#explainFailure(error);
    }
  }

  async #explainFailure(error: unknown): Promise<void> {
    const { context, style } = this.#options;
    await reportFailure(error, context, style);
    if (ContextWindowExceededError.isInstance(error) && this.#messages.length > 0) {
      this.#say("/clear makes room: it forgets the conversation.");
    }
  }

  #setSystemPrompt(text: string): void {
    if (text !== "") this.#systemPrompt = text === '""' ? "" : text;
    const now = this.#systemPrompt;
    this.#say(now === "" ? "There are no instructions." : `The instructions are: ${now}`);
  }

  #explainUnknown(name: string, near: string | undefined): void {
    const hint = near === undefined ? "" : ` Did you mean ${near}?`;
    this.#say(
      `There is no ${name}.${hint} /help lists the commands; a message may begin with "//".`,
    );
  }

  #say(text: string): void {
    this.#options.context.err.say(`${text}\n`);
  }
}
