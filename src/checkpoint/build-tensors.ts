import { UnsupportedModelError } from "../errors.js";
import type {
  NativeSourceTensor,
  PlanPermutation,
  PlanRows,
  PlanSegment,
  PlanTensor,
} from "../native/checkpoint-plan.js";
import { damaged } from "./errors.js";
import type { SourceTensors } from "./source-tensors.js";
import { sizeOf, type Operation, type Sizes, type TensorRule } from "./tensor-rules.js";
import { requirePlainType, type WeightTypes } from "./weight-types.js";

/** What rules are applied to. */
export interface TensorContext {
  readonly sources: SourceTensors;
  readonly sizes: Sizes;
  readonly types: WeightTypes;
  /** The class that the checkpoint says it is, for messages. */
  readonly className: string;
}

/** The tensors that rules make of a checkpoint's, a layer at each step. */
export function* buildTensors(
  rules: readonly TensorRule[],
  context: TensorContext,
): Generator<undefined, PlanTensor[]> {
  const tensors: PlanTensor[] = [];
  const isLayered = (rule: TensorRule): boolean => rule.to.includes("{layer}");
  for (const rule of rules) if (!isLayered(rule)) tensors.push(...build(rule, 0, context));
  const layered = rules.filter(isLayered);
  const count = (rule: TensorRule): number => sizeOf(rule.count ?? "layers", context.sizes);
  const layers = Math.max(0, ...layered.map(count));
  for (let layer = 0; layer < layers; layer++) {
    for (const rule of layered) {
      const has = layer < count(rule) && (rule.layers?.(layer, context.sizes) ?? true);
      if (has) tensors.push(...build(rule, layer, context));
    }
    yield;
  }
  return tensors;
}

function build(rule: TensorRule, layer: number, context: TensorContext): PlanTensor[] {
  const weight = buildPart(rule, ".weight", layer, context);
  const bias = rule.bias === undefined ? undefined : buildPart(rule, ".bias", layer, context);
  return [weight, bias].filter((tensor) => tensor !== undefined);
}

type Part = ".weight" | ".bias";

function buildPart(
  rule: TensorRule,
  part: Part,
  layer: number,
  context: TensorContext,
): PlanTensor | undefined {
  const { sizes, types } = context;
  const shape = rule.shape.map((size) => sizeOf(size, sizes));
  const wanted = part === ".weight" ? shape : shape.slice(0, 1);
  const found = collect(rule, part, { layer, wanted }, context);
  if (found === undefined) return undefined;

  const { sources, segments } = found;
  const rows = segments.reduce((sum, segment) => sum + countRows(segment), 0);
  const isVector = wanted.length === 1 && rule.stack === undefined;
  const columns = wanted.at(-1) ?? 1;
  const perItem = rule.stack === undefined ? rows : rows / sizeOf(rule.stack, sizes);
  const asked = part === ".weight" ? rule.target : undefined;
  const target =
    asked?.map((size) => sizeOf(size, sizes)).reverse() ??
    (isVector
      ? [rows === 1 ? columns : rows]
      : rule.stack !== undefined && wanted.length > 1
        ? [columns, perItem, sizeOf(rule.stack, sizes)]
        : [columns, rows]);
  const name = `${rule.to.replace("{layer}", String(layer))}${rule.bare === true ? "" : part}`;
  const exact =
    rule.exact === true || isVector || part === ".bias" || name.endsWith("_norm.weight");
  return {
    name,
    shape: target,
    type: exact ? "F32" : types.of(name, sources, columns),
    ...arithmetic(part === ".weight" ? rule.operation : undefined),
    segments,
  };
}

/** What changes all elements of a weight; biases stay as they are. */
function arithmetic(operation: Operation | undefined): Pick<PlanTensor, "add" | "scale"> {
  if (operation?.kind === "add") return { add: operation.value };
  return operation?.kind === "scale" ? { scale: operation.value } : {};
}

interface Place {
  readonly layer: number;
  /** The shape that one source should have, as PyTorch counts. */
  readonly wanted: readonly number[];
}

interface Collected {
  readonly sources: readonly NativeSourceTensor[];
  readonly segments: PlanSegment[];
}

/** The sources of one tensor; undefined when the model may do without it. */
function collect(
  rule: TensorRule,
  part: Part,
  place: Place,
  context: TensorContext,
): Collected | undefined {
  const { sources, sizes } = context;
  const fused = rule.fused === undefined ? undefined : collectFused(rule, part, place, context);
  if (fused !== undefined) return fused;

  const count = rule.stack === undefined ? 1 : sizeOf(rule.stack, sizes);
  const found: NativeSourceTensor[] = [];
  for (let index = 0; index < count; index++) {
    const names = namesOf(rule.from, place.layer, index, rule.bare === true ? "" : part);
    const source = sources.take(names);
    if (source === undefined) {
      const needed = part === ".weight" ? rule.optional !== true : rule.bias === "required";
      if (index > 0 || needed) throw missing(names, context);
      return undefined;
    }
    check(source, expected(rule, part, place.wanted), context);
    found.push(source);
  }
  return { sources: found, segments: segmentsOf(found, rule, place.wanted, sizes) };
}

/** Experts that the checkpoint has stacked, with gate and up side by side. */
function collectFused(
  rule: TensorRule,
  part: Part,
  { layer, wanted }: Place,
  { sources, sizes, ...rest }: TensorContext,
): Collected | undefined {
  const { fused } = rule;
  if (fused === undefined) return undefined;
  const source = sources.take([
    ...namesOf(fused.from, layer, 0, part),
    ...namesOf(fused.from, layer, 0, ""),
  ]);
  if (source === undefined) return undefined;
  const [outputs = 1, inputs = 1] = wanted;
  const count = sizeOf(rule.stack ?? 1, sizes);
  check(source, [count, outputs * fused.parts, inputs], { sources, sizes, ...rest });
  const rows = Array.from({ length: count }, (_, index): PlanRows => {
    return [(index * fused.parts + fused.part) * outputs, outputs];
  });
  return { sources: [source], segments: [{ file: source.file, tensor: source.name, rows }] };
}

function namesOf(
  from: string | readonly string[],
  layer: number,
  index: number,
  part: Part | "",
): string[] {
  return [from].flat().map((name) => {
    const module = name.replace("{layer}", String(layer)).replace("{index}", String(index));
    return `${module}${part}`;
  });
}

function expected(rule: TensorRule, part: Part, wanted: readonly number[]): number[] {
  const isTransposed = rule.operation?.kind === "transpose" && part === ".weight";
  return isTransposed ? wanted.toReversed() : [...wanted];
}

/** Sources in one file, of which the same rows are taken, share a segment. */
function segmentsOf(
  sources: readonly NativeSourceTensor[],
  rule: TensorRule,
  wanted: readonly number[],
  sizes: Sizes,
): PlanSegment[] {
  const segments: PlanSegment[] = [];
  for (const source of sources) {
    const last = segments.at(-1);
    if (last?.file === source.file) (last.more ??= []).push(source.name);
    else segments.push(segmentOf(source, rule, wanted, sizes));
  }
  return segments;
}

function segmentOf(
  source: NativeSourceTensor,
  { operation, shape, stack }: TensorRule,
  wanted: readonly number[],
  sizes: Sizes,
): PlanSegment {
  const base = { file: source.file, tensor: source.name };
  const isVector = wanted.length === 1;
  const rows = wanted.slice(0, -1).reduce((product, size) => product * size, 1);
  switch (operation?.kind) {
    case "permute": {
      const heads = sizeOf(operation.heads, sizes);
      const headRows = sizeOf(shape[0] ?? 1, sizes) / heads;
      return { ...base, rows: { permute: { heads, headRows } } };
    }
    case "rows":
      return { ...base, rows: operation.rows(sizes) };
    case "transpose":
      return isVector
        ? { ...base, rows: [[0, 1]] }
        : { ...base, transpose: true, rows: [[0, rows]] };
    case "column":
      return { ...base, transpose: true, rows: [[0, sizeOf(shape[0] ?? 1, sizes)]] };
    default:
      return { ...base, rows: [[0, isVector && stack === undefined ? 1 : rows]] };
  }
}

function countRows({ rows, more = [] }: PlanSegment): number {
  const one = isPermutation(rows)
    ? rows.permute.heads * rows.permute.headRows
    : rows.reduce((sum, [, count]) => sum + count, 0);
  return one * (1 + more.length);
}

function isPermutation(rows: PlanSegment["rows"]): rows is PlanPermutation {
  return !Array.isArray(rows);
}

function check(
  source: NativeSourceTensor,
  shape: readonly number[],
  { sources }: TensorContext,
): void {
  requirePlainType(source, sources.fileOf(source));
  if (hasShape(source.shape, shape)) return;
  throw damaged(
    sources.fileOf(source),
    `the tensor ${JSON.stringify(source.name)} has the shape [${source.shape.join(", ")}]; ` +
      `by config.json it should be [${shape.join(", ")}].`,
  );
}

/** Dimensions of one, which some versions of a model have and others lack, do not count. */
function hasShape(found: readonly number[], wanted: readonly number[]): boolean {
  let index = 0;
  for (const size of found) {
    if (size === 1) continue;
    while (wanted[index] === 1) index++;
    if (size !== wanted[index]) return false;
    index++;
  }
  while (wanted[index] === 1) index++;
  return index === wanted.length;
}

function missing(names: readonly string[], { sources, className }: TensorContext): Error {
  const listed = names.map((name) => JSON.stringify(name)).join(" or ");
  return damaged(sources.place, `there is no tensor ${listed}, which ${className} has.`);
}

/** A tensor that no rule takes means that the model computes something else. */
export function rejectUnknown(
  tensors: readonly NativeSourceTensor[],
  { sources, className }: TensorContext,
): void {
  const [first] = tensors;
  if (first === undefined) return;
  const others = tensors.length > 1 ? ` and ${String(tensors.length - 1)} more tensors` : "";
  throw new UnsupportedModelError(
    `${sources.fileOf(first)}: ${JSON.stringify(first.name)}${others} ` +
      `have no place in ${className} as the engine knows it.`,
    {
      details: {
        path: sources.fileOf(first),
        architecture: className,
        tensors: tensors.slice(0, 20).map(({ name }) => name),
      },
    },
  );
}
