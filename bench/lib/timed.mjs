/**
 * One completion with the times at which things happened, in milliseconds:
 * { start, first, last, times, tokens, details }.
 */
export async function timed(engine, prompt, tokens, { signal, onPiece } = {}) {
  const times = [];
  const start = performance.now();
  const { tokens: made, details } = await engine.complete(prompt, {
    tokens,
    signal,
    onPiece: () => {
      times.push(performance.now());
      onPiece?.();
    },
  });
  return { start, first: times[0], last: times.at(-1), times, tokens: made, details };
}

/** The first call allocates; nobody waits for that twice. */
export async function warmUp(engine, prompt) {
  await engine.complete(prompt, { tokens: 4, onPiece: () => undefined });
}
