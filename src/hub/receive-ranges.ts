import type { ByteRange } from "./byte-ranges.js";
import { badAnswer, headerOf, type HubAnswer } from "./http.js";
import type { PartFile } from "./part-file.js";
import { withRetries, type Attempt, type RetryOptions } from "./retry.js";

/** Written at a time: few calls, and little that a kill takes. */
const BATCH_BYTES = 1024 * 1024;
const MIN_PIECE = 8 * 1024 * 1024;
const MAX_PIECE = 64 * 1024 * 1024;

export interface ReceiveOptions {
  /** Asks for a range of the file. */
  readonly open: (range: ByteRange, signal: AbortSignal) => Promise<HubAnswer>;
  /** How many ranges at a time. */
  readonly connections: number;
  readonly retries: RetryOptions;
  /** Told whenever there are more bytes in the file. */
  readonly onBytes: () => void;
}

/** Fills the gaps of a file, several at a time, until there are none. */
export async function receiveRanges(part: PartFile, options: ReceiveOptions): Promise<void> {
  const { connections } = options;
  const even = Math.ceil(part.size / (connections * 4));
  const pieces = part.done.gaps(part.size, Math.min(MAX_PIECE, Math.max(MIN_PIECE, even)));
  if (pieces.length === 0) return;
  // One that fails ends the others.
  const controller = new AbortController();
  const signal = AbortSignal.any([options.retries.signal, controller.signal]);
  const receiver = new Receiver(part, pieces, {
    ...options,
    retries: { ...options.retries, signal },
  });
  let failure: { readonly reason: unknown } | undefined;
  const fail = (reason: unknown): void => {
    failure ??= { reason };
    controller.abort(reason);
  };
  // Whether the server gives ranges at all, its first answer tells.
  const first = receiver.run().catch(fail);
  if (await receiver.givesRanges) {
    const count = Math.min(connections, pieces.length + 1) - 1;
    await Promise.all(Array.from({ length: count }, () => receiver.run().catch(fail)));
  }
  await first;
  options.retries.signal.throwIfAborted();
  if (failure !== undefined) throw failure.reason;
}

class Receiver {
  readonly #part: PartFile;
  readonly #pieces: ByteRange[];
  readonly #options: ReceiveOptions;
  readonly givesRanges: Promise<boolean>;
  #tell: (givesRanges: boolean) => void = () => undefined;

  constructor(part: PartFile, pieces: ByteRange[], options: ReceiveOptions) {
    this.#part = part;
    this.#pieces = pieces;
    this.#options = options;
    this.givesRanges = new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  /** Fetches one piece after the other until none is left. */
  async run(): Promise<void> {
    try {
      for (let piece = this.#pieces.shift(); piece !== undefined; piece = this.#pieces.shift()) {
        await this.#fetch(piece);
      }
    } finally {
      this.#tell(false);
    }
  }

  async #fetch(piece: ByteRange): Promise<void> {
    const { retries, open } = this.#options;
    let [at, end] = piece;
    await withRetries(retries, async (attempt) => {
      while (at < end) {
        const answer = await open([at, end], retries.signal);
        const isRange = answer.status === 206;
        if (isRange) this.#checkRange(answer, at);
        this.#tell(isRange || (at === 0 && end === this.#part.size));
        // The whole file, although a part was asked for: then it is taken from its beginning,
        // and there is nothing left to do for others.
        if (!isRange) {
          this.#pieces.length = 0;
          end = this.#part.size;
        }
        const from = isRange ? at : 0;
        const received = await this.#receive(answer, [from, end], attempt, (position) => {
          at = Math.max(at, position);
        });
        if (received === from || (!isRange && received < end)) throw cut(answer);
      }
    });
  }

  #checkRange({ headers, url }: HubAnswer, start: number): void {
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+|[*])$/.exec(
      headerOf(headers, "content-range") ?? "",
    ) ?? ["", "", ""];
    const isRight = Number(from) === start && (total === "*" || Number(total) === this.#part.size);
    if (!isRight) throw badAnswer(url, "sends another range than it was asked for");
  }

  /** Gives the position up to which the file has been written. */
  async #receive(
    { body }: HubAnswer,
    [start, end]: ByteRange,
    attempt: Attempt,
    reached: (position: number) => void,
  ): Promise<number> {
    let [batch, length, position]: [Buffer[], number, number] = [[], 0, start];
    let writing = Promise.resolve();
    const flush = async (): Promise<void> => {
      await writing;
      if (length === 0) return;
      const [pieces, at, end] = [batch, position, position + length];
      [batch, length, position] = [[], 0, end];
      writing = this.#part.write(pieces, at).then(() => {
        attempt.progressed();
        reached(end);
        this.#options.onBytes();
      });
      writing.catch(() => undefined);
    };
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        const room = end - position - length;
        // More than was asked for. (To leave before the end would cost the connection.)
        if (room === 0) break;
        batch.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
        length += Math.min(chunk.length, room);
        if (length >= BATCH_BYTES) await flush();
      }
    } finally {
      // What came before a failure is kept.
      await flush();
      await writing;
      if (!body.complete) body.destroy();
    }
    return position;
  }
}

function cut({ url }: HubAnswer): Error {
  return Object.assign(new Error(`${url.host} ends its answer too early`), { code: "ECONNRESET" });
}
