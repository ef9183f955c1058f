import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { percentile } from "./statistics.mjs";

const FILE = fileURLToPath(new URL("../../package.json", import.meta.url));
const INTERVAL_MS = 5;

/**
 * Watches how late timers fire and how long reading a small file takes (it goes through
 * libuv's thread pool), until stop() is called.
 */
export class EventLoopWatch {
  #delays = [];
  #reads = [];
  #running = true;
  #timer;
  #reading;

  constructor() {
    let expected = performance.now() + INTERVAL_MS;
    const tick = () => {
      const now = performance.now();
      this.#delays.push(Math.max(0, now - expected));
      expected = now + INTERVAL_MS;
      this.#timer = setTimeout(tick, INTERVAL_MS);
    };
    this.#timer = setTimeout(tick, INTERVAL_MS);
    this.#reading = this.#readAgainAndAgain();
  }

  async #readAgainAndAgain() {
    while (this.#running) {
      const start = performance.now();
      await readFile(FILE);
      this.#reads.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    }
  }

  async stop() {
    this.#running = false;
    clearTimeout(this.#timer);
    await this.#reading;
    return { eventLoopDelay: summary(this.#delays), readFile: summary(this.#reads) };
  }
}

function summary(values) {
  return {
    samples: values.length,
    p50: percentile(values, 0.5),
    p99: percentile(values, 0.99),
    max: Math.max(...values),
  };
}
