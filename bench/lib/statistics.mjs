/**
 * The value below which `fraction` of the values lie (nearest rank).
 * @param {number[]} values
 * @param {number} fraction
 */
export function percentile(values, fraction) {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.ceil(fraction * sorted.length) - 1;
  return sorted[Math.max(0, Math.min(rank, sorted.length - 1))] ?? NaN;
}

/**
 * The middle value, or the mean of the two in the middle; NaN of nothing.
 * @param {number[]} values
 */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  if (Number.isInteger(half)) return ((sorted[half - 1] ?? NaN) + (sorted[half] ?? NaN)) / 2;
  return sorted[Math.floor(half)] ?? NaN;
}

/**
 * What several rounds gave: { median, least, most }.
 * @param {number[]} values
 */
export function summary(values) {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/**
 * The differences of neighbours that overlap [from, to].
 * @param {number[]} times in ascending order
 */
export function gaps(times, from = -Infinity, to = Infinity) {
  const found = [];
  for (let i = 1; i < times.length; i += 1) {
    if (times[i] >= from && times[i - 1] <= to) found.push(times[i] - times[i - 1]);
  }
  return found;
}
