const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** As people read them: the same in every locale, with three digits that count. */
export function formatBytes(bytes: number): string {
  return scale(bytes, 1024, BYTE_UNITS);
}

export function scale(value: number, base: number, units: readonly string[]): string {
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

export function threeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}
