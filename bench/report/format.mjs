/** Three significant digits or whole numbers: more would be noise. */
export function formatNumber(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en-US");
  if (size === 0) return "0";
  return String(Number(value.toPrecision(3)));
}

/** 12.3 ms, 0.25x */
export function formatValue(value, unit) {
  return unit === "x" ? `${formatNumber(value)}x` : `${formatNumber(value)} ${unit}`;
}
