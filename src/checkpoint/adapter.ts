import { join } from "node:path";

import { UnsupportedModelError } from "../errors.js";
import { preview } from "../internal/preview.js";
import type {
  NativeAdapterPlan,
  NativeCheckpointPlan,
  NativeSourceTensor,
  PlanSegment,
  PlanTensor,
} from "../native/checkpoint-plan.js";
import { ADAPTER_CONFIG, type AdapterFolder } from "./adapter-folder.js";
import { Config } from "./config.js";
import { damaged } from "./errors.js";
import { requirePlainType } from "./weight-types.js";

/** The two matrices that PEFT adds to a module: `b` x `a` is what its weight changes by. */
interface Pair {
  /** The adapter's weights, for messages. */
  readonly file: string;
  /** The module's name in the base model. */
  readonly module: string;
  readonly isEmbedding: boolean;
  a?: NativeSourceTensor;
  b?: NativeSourceTensor;
}

const NAME =
  /^(?:base_model[.]model[.])?(.+)[.]lora_(embedding_)?([AB])(?:[.]default)?([.]weight)?$/;

/**
 * How the engine loads a LoRA adapter of PEFT: pure, of its configuration, the header of
 * its weights and the plan of the model that it belongs to.
 *
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for other kinds of adapters, and for
 *   adapters of another model
 * @throws {ModelLoadingError} MODEL_LOADING when its files contradict one another
 */
export function planAdapter(
  base: NativeCheckpointPlan,
  folder: AdapterFolder,
  tensors: readonly NativeSourceTensor[],
): NativeAdapterPlan {
  const config = new Config(folder.config, join(folder.path, ADAPTER_CONFIG));
  rejectOtherKinds(config);
  const scaling = readScaling(config);
  const targets = targetsOf(base);
  const architecture = base.metadata.find(({ key }) => key === "general.architecture");
  return {
    path: folder.path,
    files: [folder.file],
    metadata: [
      ...(architecture === undefined ? [] : [architecture]),
      { key: "general.type", type: "string", value: "adapter" },
      { key: "adapter.type", type: "string", value: "lora" },
    ],
    tensors: collectPairs(tensors, folder.file).flatMap((pair) => planPair(pair, targets, scaling)),
  };
}

function rejectOtherKinds(config: Config): void {
  for (const [setting, ...allowed] of [
    ["peft_type", "LORA"],
    ["bias", "none", undefined],
    ["use_dora", false, undefined],
    ["lora_bias", false, undefined],
    ["use_qalora", false, undefined],
    ["use_bdlora", undefined, false],
    ["alora_invocation_tokens", undefined],
  ] as const) {
    const value = config.value(setting);
    if ((allowed as readonly unknown[]).includes(value)) continue;
    throw new UnsupportedModelError(
      `${config.file}: ${setting} is ${preview(value)}; adapters are served with ${preview(allowed[0])} only.`,
      { details: { path: config.file, setting, value: preview(value) } },
    );
  }
}

/** What a product of rank `r` is multiplied by. */
type Scaling = (module: string, rank: number) => number;

function readScaling(config: Config): Scaling {
  const alpha = config.number("lora_alpha");
  const isStabilised = config.flag("use_rslora");
  const patterns = config.object("alpha_pattern")?.entries() ?? [];
  for (const [pattern, value] of patterns) {
    // They may be regular expressions; plain names are all that PEFT itself writes.
    if (/^[\w.]+$/.test(pattern) && typeof value === "number" && Number.isFinite(value)) continue;
    throw config.damaged(`alpha_pattern has ${preview(pattern)}: ${preview(value)}.`);
  }
  return (module, rank) => {
    const own = patterns.find(([name]) => module === name || module.endsWith(`.${name}`));
    return ((own?.[1] as number | undefined) ?? alpha) / (isStabilised ? Math.sqrt(rank) : rank);
  };
}

function collectPairs(tensors: readonly NativeSourceTensor[], file: string): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const tensor of tensors) {
    const [, module, embedding, letter] = NAME.exec(tensor.name) ?? [];
    if (module === undefined) {
      throw new UnsupportedModelError(
        `${file}: ${JSON.stringify(tensor.name)} is no matrix of LoRA. Adapters that ` +
          "replace whole modules are not served: merge them into the model.",
        { details: { path: file, tensor: tensor.name } },
      );
    }
    requirePlainType(tensor, file);
    const pair = pairs.get(module) ?? { file, module, isEmbedding: embedding !== undefined };
    if (letter === "A") pair.a = tensor;
    else pair.b = tensor;
    pairs.set(module, pair);
  }
  return [...pairs.values()];
}

/** The base model's tensors by the modules that they come from. */
function targetsOf({ tensors }: NativeCheckpointPlan): Map<string, PlanTensor[]> {
  const targets = new Map<string, PlanTensor[]>();
  for (const tensor of tensors) {
    const [segment, ...more] = tensor.segments ?? [];
    const isStack = segment?.more !== undefined || tensor.shape.length !== 2;
    if (segment === undefined || more.length > 0 || isStack) continue;
    const module = shortName(segment.tensor.replace(/[.]weight$/, ""));
    targets.set(module, [...(targets.get(module) ?? []), tensor]);
  }
  return targets;
}

/** Which class a model was saved as, and with it the start of all names, does not matter. */
function shortName(module: string): string {
  return module.replace(/^(?:(?:model|language_model|transformer|bert|roberta)[.])+/, "");
}

function planPair(
  pair: Pair,
  targets: ReadonlyMap<string, readonly PlanTensor[]>,
  scaling: Scaling,
): PlanTensor[] {
  const { file, module, isEmbedding, a, b } = pair;
  if (a === undefined || b === undefined) {
    throw damaged(file, `${module} has only one of its two matrices.`);
  }
  const [target, ...others] = targets.get(shortName(module)) ?? [];
  const [segment] = target?.segments ?? [];
  if (target === undefined || segment === undefined || others.length > 0) {
    throw new UnsupportedModelError(
      `${file}: the adapter changes ${module}, which this model does not have as a matrix of its own.`,
      { details: { path: file, module } },
    );
  }
  const [columns = 0, rows = 0] = target.shape;
  const rank = a.shape[0] ?? 0;
  // What PEFT calls the input of an embedding are its rows.
  const sides = isEmbedding ? [rows, columns] : [columns, sourceRows(segment, rows)];
  const fits = a.shape[1] === sides[0] && b.shape[0] === sides[1] && b.shape[1] === rank;
  if (!fits || rank < 1 || a.shape.length !== 2 || b.shape.length !== 2) {
    throw damaged(
      file,
      `the matrices of ${module} are [${a.shape.join(", ")}] and [${b.shape.join(", ")}]; ` +
        `the model's is [${target.shape.toReversed().join(", ")}].`,
    );
  }
  const part = (name: string, shape: number[], from: PlanSegment): PlanTensor => {
    return { name: `${target.name}.${name}`, shape, type: "F32", segments: [from] };
  };
  const first: PlanSegment = isEmbedding
    ? { file: 0, tensor: a.name, transpose: true, rows: [[0, rows]] }
    : { file: 0, tensor: a.name, rows: [[0, rank]] };
  const outputs = isEmbedding ? columns : rows;
  // The rows of the module in their new order are those of what is added to them.
  const order = isEmbedding || segment.transpose === true ? plain(outputs) : segment.rows;
  return [
    part("lora_a", isEmbedding ? [rank, rows] : [columns, rank], first),
    {
      ...part("lora_b", [rank, outputs], { file: 0, tensor: b.name, rows: order }),
      scale: scaling(module, rank),
    },
  ];
}

function plain(count: number): PlanSegment["rows"] {
  return [[0, count]];
}

/** Rows of the module before some of them were left out or repeated. */
function sourceRows({ rows, transpose }: PlanSegment, count: number): number {
  if (transpose === true || !Array.isArray(rows)) return count;
  return Math.max(...rows.map(([first, size]) => first + size));
}
