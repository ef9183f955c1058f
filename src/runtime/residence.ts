import { tick, type Evictable } from "./loaded-models.js";

/** The model whose stay this is. */
export interface Resident {
  isLoaded(): boolean;
  bytesOn(device: string): number;
  /** Frees its memory. */
  leave(): Promise<void>;
}

// What a timer can wait for; beyond it, models stay.
const MAX_MS = 2 ** 31 - 1;

/**
 * How long a model stays in memory: while calls hold it, then for keep_alive seconds, unless
 * another model needs the room before.
 */
export class Residence implements Evictable {
  readonly #keepAliveMs: number;
  readonly #resident: Resident;
  #holds = 0;
  #lastUsed = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param keepAlive in seconds */
  constructor(keepAlive: number, resident: Resident) {
    this.#keepAliveMs = keepAlive * 1000;
    this.#resident = resident;
  }

  get isIdle(): boolean {
    return this.#holds === 0 && this.#resident.isLoaded();
  }

  get lastUsed(): number {
    return this.#lastUsed;
  }

  bytesOn(device: string): number {
    return this.#resident.bytesOn(device);
  }

  evict(): Promise<void> {
    return this.#resident.leave();
  }

  /** The model is in use until the result is called; calling it again does nothing. */
  hold(): () => void {
    this.#holds += 1;
    this.stop();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#holds -= 1;
      this.touch();
    };
  }

  /** The model was used just now. */
  touch(): void {
    this.#lastUsed = tick();
    this.stop();
    if (this.#holds > 0 || !(this.#keepAliveMs <= MAX_MS)) return;
    this.#timer = setTimeout(() => {
      // A failure to free has nobody to tell; the engine is gone all the same.
      if (this.isIdle) void this.#resident.leave().catch(() => undefined);
    }, this.#keepAliveMs);
    // An idle model keeps no process alive.
    this.#timer.unref();
  }

  /** Forgets that the stay ends. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
