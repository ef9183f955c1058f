import type { ProgressListener } from "../config/types.js";

/** Between two events, so that fast downloads do not drown their listener in them. */
const PAUSE_MS = 50;
/** Of the whole: such a step is told in any case. */
const STEP = 0.01;
/** The rate is that of so long a time before. */
const WINDOW_MS = 5000;

/** How far a download of several files is. */
export class DownloadProgress {
  readonly #listener: ProgressListener | undefined;
  readonly #done = new Map<string, number>();
  readonly #samples: { readonly at: number; readonly bytes: number }[] = [];
  readonly #total: number;
  #received = 0;
  #toldAt = -Infinity;
  #told = 0;

  /** @param total bytes of all files to download */
  constructor(total: number, listener: ProgressListener | undefined) {
    this.#total = total;
    this.#listener = listener;
  }

  /** So many bytes of a file are there; `isNew` for those that came just now. */
  set(file: string, bytes: number, isNew: boolean): void {
    const before = this.#done.get(file) ?? 0;
    this.#done.set(file, bytes);
    if (isNew) this.#received += bytes - before;
    this.#tell(false);
  }

  /** All is there. */
  finish(): void {
    this.#tell(true);
  }

  #tell(isLast: boolean): void {
    if (this.#listener === undefined) return;
    const now = performance.now();
    const done = [...this.#done.values()].reduce((sum, bytes) => sum + bytes, 0);
    const isSmall = done - this.#told < this.#total * STEP;
    if (!isLast && isSmall && now - this.#toldAt < PAUSE_MS) return;
    [this.#toldAt, this.#told] = [now, done];
    this.#listener({
      stage: "download",
      done: isLast ? this.#total : Math.min(done, this.#total),
      total: this.#total,
      bytes_per_second: this.#rate(now),
    });
  }

  #rate(now: number): number {
    this.#samples.push({ at: now, bytes: this.#received });
    while ((this.#samples[0]?.at ?? now) < now - WINDOW_MS) this.#samples.shift();
    const [first] = this.#samples;
    if (first === undefined || now === first.at) return 0;
    return Math.round((1000 * (this.#received - first.bytes)) / (now - first.at));
  }
}
