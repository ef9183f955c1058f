import type { Output } from "./output.js";
import { progressBar, progressLine, type ShownProgress } from "./progress-text.js";

/** When something appears: short work shall not flicker, nor fill a log. */
export interface ProgressPatience {
  /** Before a bar appears. */
  readonly barMs: number;
  /** Before the first line appears, where no bar can, and between two lines. */
  readonly lineMs: number;
}

const PATIENCE: ProgressPatience = { barMs: 300, lineMs: 3000 };
const ERASE_LINE = "\r\x1b[2K";

/**
 * How far loading and reading the prompt are: a bar on a terminal, which disappears when
 * it is done; elsewhere lines, and only when it takes long.
 */
export class ProgressDisplay {
  readonly #output: Output;
  readonly #asBar: boolean;
  readonly #patience: ProgressPatience;
  #latest: ShownProgress | undefined;
  #since = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #shown = "";

  /** @param asBar false also where other lines go to the same terminal */
  constructor(output: Output, asBar: boolean, patience = PATIENCE) {
    this.#output = output;
    this.#asBar = asBar && output.canErase;
    this.#patience = patience;
  }

  /** What `onProgress` takes. */
  readonly update = (progress: ShownProgress): void => {
    if (progress.stage !== this.#latest?.stage) this.#begin();
    this.#latest = progress;
    if (progress.done >= progress.total) {
      this.clear();
    } else if (this.#asBar) {
      this.#scheduleBar();
    } else {
      this.#sayLine();
    }
  };

  /** Takes the bar off the terminal; text can be written then. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#asBar && this.#shown !== "") this.#output.say(ERASE_LINE);
    this.#shown = "";
  }

  #begin(): void {
    this.clear();
    // The first stage began when the call did, which was before its first event.
    if (this.#latest !== undefined) this.#since = performance.now();
  }

  #scheduleBar(): void {
    if (this.#timer !== undefined) return;
    const elapsed = performance.now() - this.#since;
    if (elapsed >= this.#patience.barMs) {
      this.#drawBar();
      return;
    }
    // The events may stall before it is time.
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#drawBar();
    }, this.#patience.barMs - elapsed);
    this.#timer.unref();
  }

  #drawBar(): void {
    if (this.#latest === undefined) return;
    const bar = progressBar(this.#latest, this.#output.columns);
    if (bar === this.#shown) return;
    this.#output.say(ERASE_LINE + bar);
    this.#shown = bar;
  }

  #sayLine(): void {
    if (this.#latest === undefined) return;
    const now = performance.now();
    const line = progressLine(this.#latest);
    if (now - this.#since < this.#patience.lineMs || line === this.#shown) return;
    this.#output.say(`${line}\n`);
    this.#shown = line;
    this.#since = now;
  }
}
