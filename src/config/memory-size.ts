const SIZE = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B$/i;
const POWERS: Readonly<Record<string, number>> = { "": 0, K: 1, M: 2, G: 3, T: 4 };

/** Bytes of "4GiB" (2^30 each), "4GB" (10^9 each), "512 MB" or "100B"; else undefined. */
export function parseSize(text: string): number | undefined {
  const [, digits, unit = "", binary] = SIZE.exec(text.trim()) ?? [];
  if (digits === undefined) return undefined;
  const power = POWERS[unit.toUpperCase()] ?? 0;
  const bytes = Math.floor(Number(digits) * (binary === "" ? 1000 : 1024) ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
