import { join } from "node:path";

import { UnsupportedModelError } from "../errors.js";
import type {
  NativeCheckpointPlan,
  NativeSourceTensor,
  PlanTensor,
} from "../native/checkpoint-plan.js";
import { buildTensors, rejectUnknown, type TensorContext } from "./build-tensors.js";
import { Config } from "./config.js";
import { readDimensions } from "./dimensions.js";
import type { Facts, Family } from "./family.js";
import { findFamily } from "./find-family.js";
import { qualify, type Metadata } from "./metadata.js";
import { poolingMetadata } from "./pooling.js";
import { readRope, ropeMetadata } from "./rope.js";
import { SourceTensors } from "./source-tensors.js";
import { linear, type TensorRule } from "./tensor-rules.js";
import type { CheckpointFolder } from "./read-folder.js";
import { planVocabulary } from "./vocabulary.js";
import { chooseWeightTypes, type WeightOptions } from "./weight-types.js";

/** Buffers that some versions saved and none reads. */
const IGNORED = [
  /(?:^|[.])rotary_emb[.]inv_freq$/,
  /[.](?:attn|attention|self_attn)[.](?:bias|masked_bias)$/,
  /(?:^|[.])position_ids$/,
];

/**
 * How the engine loads a checkpoint: pure, of what its small files and the headers of its
 * large ones say. In steps, because models with many experts take a tenth of a second.
 *
 * @param tensors as `readSafetensors` lists them for `folder.files`
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL
 * @throws {ModelLoadingError} MODEL_LOADING when the files contradict one another
 */
export function* planCheckpoint(
  folder: CheckpointFolder,
  tensors: readonly NativeSourceTensor[],
  options: WeightOptions,
): Generator<undefined, NativeCheckpointPlan> {
  const whole = new Config(folder.config, join(folder.path, "config.json"));
  rejectQuantised(whole);
  const { family, className, part, vocabularySize, foreign } = findFamily(whole);
  const sources = new SourceTensors(tensors, folder.files, family.renamings);
  yield;
  const given = part.withDefaults(family.defaults);
  const config = new Config(family.derive?.(given) ?? {}, whole.file).over(given);
  const embedding = findEmbedding(family, config, sources, {
    className,
    isPart: foreign.length > 0,
  });
  checkVocabularySize(whole, vocabularySize, embedding);
  const facts = readFacts(family, config, className, embedding.rows);
  family.check?.(facts);

  const types = chooseWeightTypes(options, tensors);
  const context: TensorContext = { sources, sizes: facts.sizes, types, className };
  const rules = typeof family.tensors === "function" ? family.tensors(facts) : family.tensors;
  const planned = [
    ...(yield* buildTensors([...edgeRules(family, embedding), ...rules], context)),
    ...(family.generated?.(facts) ?? []).map(({ name, values }): PlanTensor => ({
      name,
      shape: [values.length],
      type: "F32",
      values,
    })),
  ];
  const ignored = [...IGNORED, ...(family.ignored ?? []), ...foreign, ...copies(embedding)];
  rejectUnknown(sources.unused(ignored), context);

  return {
    files: [...folder.files],
    metadata: qualify(family.architecture, [
      ["general.architecture", "string", family.architecture],
      ["general.file_type", "u32", types.fileType],
      ...(types.isQuantised ? ([["general.quantization_version", "u32", 2]] as Metadata[]) : []),
      ["vocab_size", "u32", embedding.rows],
      ...ropeOf(family, facts),
      ...family.metadata(facts),
      ...poolingMetadata(family, facts, folder),
    ]),
    vocabulary: planVocabulary(folder, part, {
      size: embedding.rows,
      writes: family.isEncoder !== true,
    }),
    tensors: planned,
    ...(types.mixture === undefined ? {} : { quantization: types.mixture }),
  };
}

function rejectQuantised(config: Config): void {
  const method = config.object("quantization_config")?.text("quant_method");
  if (method === undefined) return;
  throw new UnsupportedModelError(
    `${config.file}: the checkpoint is quantised already, by ${method}. Use the original one, ` +
      "with the option quantization.",
    { details: { path: config.file, setting: "quantization_config", value: method } },
  );
}

/**
 * As transformers does: a model whose embedding has another size than its configuration
 * says does not load there either.
 */
function checkVocabularySize(
  config: Config,
  size: number | undefined,
  { tensor, rows }: Embedding,
): void {
  if (size === undefined || tensor === undefined || size === rows) return;
  throw config.damaged(
    `vocab_size is ${String(size)}, and the tensor ${JSON.stringify(tensor.name)} has ${String(rows)} rows.`,
  );
}

function readFacts(family: Family, config: Config, className: string, rows: number): Facts {
  const dims = readDimensions(config);
  const sizes = { ...dims, vocab: rows, ...family.sizes?.(config, dims) };
  return { config, dims, sizes, className, rope: readRope(config) };
}

function ropeOf(family: Family, { rope, dims }: Facts): Metadata[] {
  if (family.rope === undefined) return [];
  const { architecture, rope: supported } = family;
  return ropeMetadata(rope, { architecture, supported }, dims.context);
}

interface Embedding {
  readonly modules: readonly string[];
  readonly rows: number;
  /** The tensor that says so; undefined when there is none. */
  readonly tensor: NativeSourceTensor | undefined;
  /** Whether the language model's head is the embedding. */
  readonly isTied: boolean;
}

/** The embedding says how many tokens there are. */
function findEmbedding(
  family: Family,
  config: Config,
  sources: SourceTensors,
  { className, isPart }: { readonly className: string; readonly isPart: boolean },
): Embedding {
  const head = family.head?.module;
  const has = (module: string): boolean => sources.peek(`${module}.weight`) !== undefined;
  // Base classes are saved without a head: what they are for does not need one.
  const mayLackHead = className.endsWith("Model") || !config.mentions("tie_word_embeddings");
  // In larger models, one version asks the whole and another the part: what was saved tells.
  const isTied =
    head !== undefined &&
    (isPart
      ? !has(head) || ![family.embedding].flat().some(has)
      : config.flag("tie_word_embeddings") || (mayLackHead && !has(head)));
  // Of two tied tensors, some versions saved only the head.
  const modules = [family.embedding, isTied ? head : []].flat();
  const found = modules
    .map((module) => sources.peek(`${module}.weight`))
    .find((tensor) => tensor !== undefined);
  return { modules, rows: found?.shape[0] ?? 0, isTied, tensor: found };
}

function edgeRules({ head }: Family, { modules, isTied }: Embedding): TensorRule[] {
  const embedding = linear("token_embd", modules, ["vocab", "hidden"]);
  if (head === undefined || (isTied && head.separate !== true)) return [embedding];
  const from = isTied ? [...modules, head.module] : head.module;
  const extra = head.bias === undefined ? {} : { bias: head.bias };
  return [embedding, linear("output", from, ["vocab", "hidden"], extra)];
}

/** Copies of the embedding, which some versions saved and which nobody needs twice. */
function copies({ modules }: Embedding): RegExp[] {
  return modules.map((module) => new RegExp(`^${module.replaceAll(".", "[.]")}[.]weight$`));
}
