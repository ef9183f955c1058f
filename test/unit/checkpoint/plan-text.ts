import type {
  NativeCheckpointPlan,
  PlanMetadata,
  PlanSegment,
  PlanTensor,
} from "../../../src/native/checkpoint-plan.js";

/** A plan as text for people: layers that repeat the one before them take one line. */
export function planText(plan: NativeCheckpointPlan): string {
  const lines = plan.metadata.map(metadataLine);
  lines.push("", ...vocabularyLines(plan), "");
  let before = "";
  for (const [block, tensors] of blocksOf(plan.tensors)) {
    const text = tensors.map(tensorLine).join("\n");
    const shape = block === "" ? text : text.replaceAll(/\b(blk|layers?|h|block)[.]\d+/g, "$1.N");
    lines.push(shape === before ? `${block} is like the one before` : text);
    before = shape;
  }
  return `${lines.join("\n")}\n`;
}

function metadataLine({ key, type, value }: PlanMetadata): string {
  return `${key} ${type} ${JSON.stringify(value)}`;
}

function vocabularyLines({ vocabulary }: NativeCheckpointPlan): string[] {
  return Object.entries(vocabulary)
    .filter(([name]) => name !== "tokenizerJson" && name !== "tokenizerModel")
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
}

/** Tensors by the layer that they belong to, in the plan's order. */
function blocksOf(tensors: readonly PlanTensor[]): [string, PlanTensor[]][] {
  const blocks: [string, PlanTensor[]][] = [];
  for (const tensor of tensors) {
    const block = /^(?:enc[.]|dec[.])?blk[.]\d+/.exec(tensor.name)?.[0] ?? "";
    const last = blocks.at(-1);
    if (last?.[0] === block) last[1].push(tensor);
    else blocks.push([block, [tensor]]);
  }
  return blocks;
}

function tensorLine({ name, type, shape, add, scale, segments, values }: PlanTensor): string {
  const sources = segments?.flatMap(segmentTexts) ?? [JSON.stringify(values)];
  const change =
    add === undefined ? (scale === undefined ? "" : ` x ${String(scale)}`) : ` + ${String(add)}`;
  return `${name} ${type} [${shape.join(", ")}] <- ${sources.join(" ; ")}${change}`;
}

function segmentTexts({ file, tensor, more = [], transpose, rows }: PlanSegment): string[] {
  const place = file === 0 ? "" : `${String(file)}:`;
  const way = transpose === true ? " transposed" : "";
  const what = Array.isArray(rows)
    ? rows.map((range) => range.join("+")).join(",")
    : `permute ${String(rows.permute.heads)}x${String(rows.permute.headRows)}`;
  return [tensor, ...more].map((name) => `${place}${name}${way} ${what}`);
}
