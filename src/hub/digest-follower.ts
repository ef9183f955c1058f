import type { Hash } from "node:crypto";

import type { PartFile } from "./part-file.js";

/** Hashed at a time, between which timers and streams get their turn. */
const STEP_BYTES = 512 * 1024;

/**
 * The digest of a file that is being downloaded: follows what is there without a gap, so that
 * little is left to do behind the last byte. It reads what was written, and not what came: the
 * file is what is verified.
 */
export class DigestFollower {
  readonly #part: PartFile;
  readonly #hash: Hash;
  readonly #buffer: Buffer;
  #at = 0;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(part: PartFile, hash: Hash) {
    this.#part = part;
    this.#hash = hash;
    this.#buffer = Buffer.allocUnsafe(Math.min(STEP_BYTES, Math.max(1, part.size)));
  }

  /** Goes on with what has come since; does not wait for it. */
  follow(): void {
    if (this.#running !== undefined || this.#stopped) return;
    const running = this.#catchUp().finally(() => {
      this.#running = undefined;
    });
    // finish() meets the error again: it reads the same bytes.
    running.catch(() => undefined);
    this.#running = running;
  }

  /** The digest of the whole file, in hexadecimal digits; all of it has to be there. */
  async finish(): Promise<string> {
    await this.#running?.catch(() => undefined);
    await this.#catchUp();
    return this.#at === this.#part.size ? this.#hash.digest("hex") : "";
  }

  /** Resolves when nothing reads the file any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running?.catch(() => undefined);
  }

  async #catchUp(): Promise<void> {
    while (!this.#stopped && this.#at < this.#part.done.prefix) {
      const most = Math.min(this.#buffer.length, this.#part.done.prefix - this.#at);
      const read = await this.#part.read(this.#buffer.subarray(0, most), this.#at);
      // Somebody has cut the file; its digest then is wrong, as it should be.
      if (read === 0) return;
      this.#hash.update(this.#buffer.subarray(0, read));
      this.#at += read;
    }
  }
}
