import type { Progress } from "../index.js";
import { formatBytes } from "./format.js";

/** What can be shown: a provider's stages, and those of commands. */
export interface ShownProgress extends Omit<Progress, "stage"> {
  readonly stage: Progress["stage"] | "verify";
}

const TITLES: Readonly<Record<ShownProgress["stage"], string>> = {
  download: "downloading model",
  verify: "verifying",
  load: "loading model",
  encode: "looking at pictures",
  prefill: "reading prompt",
};
const MAX_BAR = 40;
const MIN_BAR = 8;

/** "loading model: 50 %" */
export function progressLine(progress: ShownProgress): string {
  return `${TITLES[progress.stage]}: ${percentOf(progress)} %${amountOf(progress)}`;
}

/** "loading model  [##########----------]  50 %", narrowed to the terminal. */
export function progressBar(progress: ShownProgress, columns: number): string {
  const percent = percentOf(progress);
  const title = TITLES[progress.stage];
  const tail = `${percent.padStart(3)} %${amountOf(progress)}`;
  // The last column stays free: some terminals wrap when it is written.
  const room = columns - 1 - title.length - tail.length - "  []  ".length;
  if (room < MIN_BAR) return progressLine(progress).slice(0, Math.max(0, columns - 1));
  const width = Math.min(room, MAX_BAR);
  const filled = Math.round((Number(percent) / 100) * width);
  return `${title}  [${"#".repeat(filled)}${"-".repeat(width - filled)}]  ${tail}`;
}

/** Of what comes from elsewhere, which takes long: " of 4.20 GiB, 11.3 MiB/s". */
function amountOf({ stage, total, bytes_per_second: rate = 0 }: ShownProgress): string {
  if (stage !== "download") return "";
  return ` of ${formatBytes(total)}${rate > 0 ? `, ${formatBytes(rate)}/s` : ""}`;
}

function percentOf({ done, total }: ShownProgress): string {
  const share = total > 0 ? done / total : 0;
  return String(Math.floor(Math.min(1, Math.max(0, share)) * 100));
}
