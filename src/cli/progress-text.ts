import type { Progress } from "../index.js";

const TITLES: Readonly<Record<Progress["stage"], string>> = {
  download: "downloading model",
  load: "loading model",
  encode: "looking at pictures",
  prefill: "reading prompt",
};
const MAX_BAR = 40;
const MIN_BAR = 8;

/** "loading model: 50 %" */
export function progressLine(progress: Progress): string {
  return `${TITLES[progress.stage]}: ${percentOf(progress)} %`;
}

/** "loading model  [##########----------]  50 %", narrowed to the terminal. */
export function progressBar(progress: Progress, columns: number): string {
  const percent = percentOf(progress);
  const title = TITLES[progress.stage];
  const tail = `${percent.padStart(3)} %`;
  // The last column stays free: some terminals wrap when it is written.
  const room = columns - 1 - title.length - tail.length - "  []  ".length;
  if (room < MIN_BAR) return progressLine(progress).slice(0, Math.max(0, columns - 1));
  const width = Math.min(room, MAX_BAR);
  const filled = Math.round((Number(percent) / 100) * width);
  return `${title}  [${"#".repeat(filled)}${"-".repeat(width - filled)}]  ${tail}`;
}

function percentOf({ done, total }: Progress): string {
  const share = total > 0 ? done / total : 0;
  return String(Math.floor(Math.min(1, Math.max(0, share)) * 100));
}
