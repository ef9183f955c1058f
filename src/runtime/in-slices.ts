import { setImmediate } from "node:timers/promises";

/** What the JavaScript thread may spend before timers and others have their turn. */
const SLICE_MS = 10;

/** Does long work in pieces: between two steps others may run. Returns what it returns. */
export async function inSlices<T>(work: Generator<unknown, T>): Promise<T> {
  for (;;) {
    const end = performance.now() + SLICE_MS;
    let step = work.next();
    while (step.done !== true && performance.now() < end) step = work.next();
    if (step.done === true) return step.value;
    await setImmediate();
  }
}
