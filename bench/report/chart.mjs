import { formatValue } from "./format.mjs";

const WIDTH = 720;
const LABELS = 160;
const NUMBERS = 110;
const ROW = 30;
const TOP = 40;

/**
 * A bar chart as SVG: bars is [{ label, value, ours }], unit theirs, better "higher" or
 * "lower". Colours follow the reader's light or dark theme.
 */
export function barChart({ title, unit, better, bars }) {
  const longest = Math.max(...bars.map(({ value }) => value));
  const room = WIDTH - LABELS - NUMBERS;
  const height = TOP + bars.length * ROW + 10;
  const rows = bars.map(({ label, value, ours }, i) => {
    const y = TOP + i * ROW;
    const length = longest > 0 ? Math.max(1, (value / longest) * room) : 1;
    return [
      `<text x="${LABELS - 10}" y="${y + 16}" text-anchor="end">${escapeXml(label)}</text>`,
      `<rect x="${LABELS}" y="${y}" width="${length.toFixed(1)}" height="22" rx="2"${ours ? ' class="ours"' : ""}/>`,
      `<text x="${(LABELS + length + 8).toFixed(1)}" y="${y + 16}">${escapeXml(formatValue(value, unit))}</text>`,
    ].join("");
  });
  const heading = `${title} (${unit === "x" ? "ratio" : unit}, ${better} is better)`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeXml(heading)}">
<style>
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.title { font-weight: 600; }
rect { fill: #9aa4b2; }
.ours { fill: #d9622b; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } rect { fill: #6e7681; } .ours { fill: #f0883e; } }
</style>
<text class="title" x="10" y="22">${escapeXml(heading)}</text>
${rows.join("\n")}
</svg>
`;
}

function escapeXml(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => names[character]);
}
