import { basename } from "node:path";
import type { NativeCheckpointPlan } from "../../src/native/checkpoint-plan.js";

/** A line for each entry; files without their folder. */
export function planJson({ files, metadata, tensors }: NativeCheckpointPlan): string {
  const lines = (items: readonly object[]): string =>
    items.map((item) => `    ${JSON.stringify(item)}`).join(",\n");
  return [
    "{",
    `  "files": ${JSON.stringify(files.map((file) => basename(file)))},`,
    `  "metadata": [\n${lines(metadata)}\n  ],`,
    `  "tensors": [\n${lines(tensors)}\n  ]`,
    "}\n",
  ].join("\n");
}
