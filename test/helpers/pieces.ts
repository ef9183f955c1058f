/** All pieces that an iteration yields. */
export async function collect(pieces: AsyncIterable<string>): Promise<string[]> {
  const collected: string[] = [];
  for await (const piece of pieces) collected.push(piece);
  return collected;
}

/** Whether a text holds half a character: a surrogate without its partner. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
