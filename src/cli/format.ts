/** Numbers as people read them: the same in every locale, with three digits that count. */

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const COUNT_UNITS = ["", "K", "M", "B", "T"];

export function formatBytes(bytes: number): string {
  return scale(bytes, 1024, BYTE_UNITS);
}

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

function scale(value: number, base: number, units: readonly string[]): string {
  let index = 0;
  let scaled = value;
  // By the rounded value: 1023.9 KiB must not come out as "1024 KiB".
  while (Math.round(scaled) >= base && index < units.length - 1) {
    scaled /= base;
    index++;
  }
  const digits = index === 0 ? String(scaled) : threeDigits(scaled);
  return `${digits} ${units[index] ?? ""}`.trimEnd();
}

function threeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}
