/** From the first byte to before the second. */
export type ByteRange = readonly [start: number, end: number];

/** Which bytes of a file are there: ranges that neither overlap nor touch, in order. */
export class ByteRanges {
  #ranges: ByteRange[] = [];

  add(start: number, end: number): void {
    if (start >= end) return;
    let [from, to] = [start, end];
    const before: ByteRange[] = [];
    const after: ByteRange[] = [];
    for (const range of this.#ranges) {
      if (range[1] < from) before.push(range);
      else if (range[0] > to) after.push(range);
      else [from, to] = [Math.min(from, range[0]), Math.max(to, range[1])];
    }
    this.#ranges = [...before, [from, to], ...after];
  }

  /** How many bytes are there. */
  get bytes(): number {
    return this.#ranges.reduce((sum, [start, end]) => sum + end - start, 0);
  }

  /** How many are there without a gap from the first byte on. */
  get prefix(): number {
    const [first] = this.#ranges;
    return first?.[0] === 0 ? first[1] : 0;
  }

  /** What is missing of a file of `size` bytes, in order and in pieces of at most `piece`. */
  gaps(size: number, piece: number): ByteRange[] {
    const gaps: ByteRange[] = [];
    let at = 0;
    for (const [start, end] of [...this.#ranges, [size, size] as const]) {
      for (; at < start; at += piece) gaps.push([at, Math.min(start, at + piece)]);
      at = end;
    }
    return gaps;
  }
}
