import type { Config } from "./config.js";

/** How many labels a classifier tells apart: what id2label lists, or two. */
export function labelCount(config: Config): number {
  return labelNames(config).length;
}

/** transformers leaves out what would be its default: two labels without a meaning. */
export function labelNames(config: Config): string[] {
  const entries = config.object("id2label")?.entries() ?? [];
  if (entries.length === 0) return ["LABEL_0", "LABEL_1"];
  return entries
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([id, label]) => (typeof label === "string" ? label : `LABEL_${id}`));
}
