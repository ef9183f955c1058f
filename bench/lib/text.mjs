const LETTERS = "abcdefgklmopqrsuvwxyz";

/**
 * `length` lower-case letters and spaces, of which the generated models make one token
 * each. Texts of different seeds share no beginning worth caching.
 */
export function promptText(length, seed) {
  const random = generator(seed);
  let text = "";
  for (let i = 0; i < length; i += 1) {
    text += i % 6 === 5 ? " " : LETTERS[Math.floor(random() * LETTERS.length)];
  }
  return text;
}

/** Texts of 4 to 12 words with a mean near that of search queries and titles. */
export function shortTexts(count, seed = 1) {
  const random = generator(seed);
  return Array.from({ length: count }, (_, i) =>
    promptText(24 + Math.floor(random() * 48), 1000 + i).trim(),
  );
}

/** Mulberry32: numbers in [0, 1), the same on every machine. */
function generator(seed) {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
