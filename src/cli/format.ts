import { scale, threeDigits } from "../internal/format-bytes.js";

export { formatBytes } from "../internal/format-bytes.js";

/** Numbers as people read them: the same in every locale, with three digits that count. */

const COUNT_UNITS = ["", "K", "M", "B", "T"];

/** 4270000 is "4.27 M"; what has at most four digits stays as it is. */
export function formatCount(count: number): string {
  return count < 10_000 ? String(count) : scale(count, 1000, COUNT_UNITS);
}

export function formatDuration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${threeDigits(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${threeDigits(milliseconds / 1000)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}

/** A share from 0 to 1. */
export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export function formatRate(perSecond: number): string {
  return `${threeDigits(perSecond)} tokens/s`;
}
