import { setTimeout as sleep } from "node:timers/promises";
import { promptText } from "../lib/text.mjs";
import { timed } from "../lib/timed.mjs";

export const abort = {
  name: "abort",
  title: "Abort in the middle of a prompt",
  models: ["qwen2-0.5b-q4_0"],
  engines: ["ours", "llama-server", "node-llama-cpp"],
  note: ({ abortedPrompt }) =>
    `A prompt of ${abortedPrompt} tokens, aborted after half of the time that it takes: until the ` +
    "call rejects, and until another call, of 4 tokens, has been answered. A client of " +
    "llama-server rejects by itself, whatever the server does.",
  open: ({ abortedPrompt }) => ({ context: abortedPrompt + 64, streams: 1 }),
  metrics: {
    rejected: { title: "rejected", unit: "ms", better: "lower" },
    usable: { title: "answers again", unit: "ms", better: "lower", chart: true },
  },
  aims: [{ metric: "rejected", atMost: 100 }],
  async measure(engine, { abortedPrompt }) {
    const whole = await timed(engine, promptText(abortedPrompt, 2), 1);
    const controller = new AbortController();
    const call = engine.complete(promptText(abortedPrompt, 3), {
      tokens: 1,
      signal: controller.signal,
      onPiece: () => undefined,
    });
    const rejection = call.then(
      () => undefined,
      () => performance.now(),
    );
    await sleep((whole.first - whole.start) / 2);
    const start = performance.now();
    controller.abort();
    const rejectedAt = await rejection;
    // Faster than the one before by half: nothing was aborted.
    if (rejectedAt === undefined) return {};
    // Some engines reject before they are free.
    const next = await whenFree(() => timed(engine, promptText(4, 4), 1));
    return { rejected: rejectedAt - start, usable: next.first - start };
  },
};

/** The result of `call`, tried again while it fails: at most for a minute. */
async function whenFree(call) {
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(5);
    }
  }
}
