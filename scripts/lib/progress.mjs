/**
 * How far a long step is: one line that is rewritten on a terminal, otherwise a
 * line at the start, about every 10 percent, and at the end.
 */
export class Progress {
  #title;
  #stream;
  #start = Date.now();
  #shownTenth = 0;
  #timer;
  #text = "";

  constructor(title, stream = process.stderr) {
    this.#title = title;
    this.#stream = stream;
    if (stream.isTTY) {
      // The clock moves even while a step says nothing.
      this.#timer = setInterval(() => this.#draw(), 1000);
      this.#timer.unref();
      this.#draw();
    } else {
      stream.write(`${title}\n`);
    }
  }

  update(done, total) {
    const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
    this.#text = ` ${percent}%`;
    if (this.#stream.isTTY) {
      this.#draw();
      return;
    }
    const tenth = Math.floor(percent / 10);
    if (tenth > this.#shownTenth && percent < 100) {
      this.#shownTenth = tenth;
      this.#stream.write(`${this.#title}: ${percent}% after ${this.#seconds()} s\n`);
    }
  }

  finish(word = "done") {
    clearInterval(this.#timer);
    if (this.#stream.isTTY) this.#stream.write("\r\x1b[K");
    this.#stream.write(`${this.#title}: ${word}, ${this.#seconds()} s\n`);
  }

  #seconds() {
    return Math.round((Date.now() - this.#start) / 1000);
  }

  #draw() {
    const line = `${this.#title}:${this.#text || " ..."} (${this.#seconds()} s)`;
    this.#stream.write(`\r\x1b[K${line.slice(0, (this.#stream.columns ?? 80) - 1)}`);
  }
}
