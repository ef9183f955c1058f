import type { DeviceRequirement, SystemRequirements } from "../index.js";
import { formatBytes } from "./format.js";
import type { TextSection } from "./inspection-text.js";
import { formatTable, type Column } from "./table.js";
import { wrap } from "./wrap.js";

const INDENT = "  ";
const DRAWING_WIDTH = 48;

const TITLES = {
  fits: "It fits",
  does_not_fit: "It does not fit",
  unknown: "Nobody can say whether it fits",
} as const;

const DEVICE_COLUMNS: readonly Column[] = [
  { title: "DEVICE" },
  ...["WEIGHTS", "KV CACHE", "COMPUTE", "MEDIA", "OTHER", "NEEDED", "AVAILABLE"].map(
    (title) => ({ title, align: "right" }) as const,
  ),
];

/** What each letter of a drawing stands for. */
const PARTS = [
  ["W", "weights"],
  ["K", "kv_cache"],
  ["C", "compute"],
  ["M", "media"],
  ["O", "other"],
] as const;

/** The verdict and the plan for people, in sections. */
export function checkSections(
  { verdict, reason, context_window, devices, remedies, plan }: SystemRequirements,
  width: number,
): TextSection[] {
  const room = width - INDENT.length;
  const words = reason ?? `With a context window of ${String(context_window)} tokens.`;
  const modules = Object.entries(plan.device_map);
  const sections = [
    section(TITLES[verdict], wrap(words, room)),
    section("Memory", formatTable(DEVICE_COLUMNS, devices.map(deviceRow), room)),
    section("What lies where", [
      ...devices.map((device) => drawing(device, devices)),
      "W weights, K KV cache, C compute, M media, O other, . free, ! too much",
      "",
      ...formatTable([{}, {}], modules, room),
    ]),
    section(
      "Why",
      plan.reasons.flatMap((sentence) => wrap(sentence, room)),
    ),
  ];
  if (remedies.length > 0) {
    const lines = remedies.flatMap((remedy) => wrap(remedy.words, room));
    sections.push(section("What helps", lines));
  }
  return sections;
}

function section(title: string, lines: readonly string[]): TextSection {
  return { title, lines: lines.map((line) => (line === "" ? "" : `${INDENT}${line}`)) };
}

function deviceRow({ device, parts, needed_bytes, available_bytes }: DeviceRequirement): string[] {
  const { weights, kv_cache, compute, media, other } = parts;
  const bytes = [weights, kv_cache, compute, media, other, needed_bytes, available_bytes];
  return [device, ...bytes.map(formatBytes)];
}

/**
 * "cpu  [WWWWWKKC....]": as long as what is available, or what is needed, if that is more. What
 * is there at all has a letter.
 */
function drawing(requirement: DeviceRequirement, all: readonly DeviceRequirement[]): string {
  const { device, parts, available_bytes, needed_bytes } = requirement;
  const names = Math.max(...all.map((other) => other.device.length));
  const scale = DRAWING_WIDTH / Math.max(available_bytes, needed_bytes, 1);
  let bar = "";
  let bytes = 0;
  for (const [letter, part] of PARTS) {
    if (parts[part] === 0) continue;
    bytes += parts[part];
    bar = bar.padEnd(Math.max(Math.round(bytes * scale), bar.length + 1), letter);
  }
  const fitting = Math.floor(available_bytes * scale);
  const lack = needed_bytes > available_bytes ? DRAWING_WIDTH - fitting : 0;
  return `${device.padEnd(names)}  [${bar.slice(0, fitting).padEnd(fitting, ".")}${"!".repeat(lack)}]`;
}
