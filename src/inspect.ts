import { stat } from "node:fs/promises";
import { basename } from "node:path";

import { assertOptions } from "./config/read-options.js";
import { resolveCallOptions, resolveProviderConfig } from "./config/resolve.js";
import type { HubOptions } from "./config/types.js";
import { PLAIN_WEIGHTS } from "./config/weights.js";
import { withCallSite } from "./errors.js";
import type { NativeInspection } from "./native/binding.js";
import { readCheckpoint } from "./runtime/checkpoint.js";
import { inspectFile } from "./runtime/inspect-file.js";
import { lookAtModel, nameOfRepository, type ModelView } from "./runtime/look-at-model.js";

// Nobody gives up.
const NEVER = new AbortController().signal;

/** A value of a model's metadata; arrays are described, and up to 16 numbers read. */
export type MetadataValue =
  string | number | boolean | { type: string; length: number; values?: number[] };

/** One tensor of a model. */
export interface TensorInfo {
  name: string;
  /** How its numbers are stored, for example "f16" or "q4_k". */
  type: string;
  /** The fastest dimension first. */
  shape: number[];
  bytes: number;
}

/** All tensors of one type together. */
export interface TensorTypeSummary {
  type: string;
  tensor_count: number;
  parameter_count: number;
  bytes: number;
}

/** What a model file says about itself. What it does not say is undefined. */
export interface ModelInspection {
  /** Of the file, or of the folder of a checkpoint; the address of what is not downloaded. */
  path: string;
  /** Of all files with its weights. */
  size_bytes: number;
  name: string | undefined;
  architecture: string | undefined;
  /** Numbers in all tensors together. */
  parameter_count: number;
  /** Tokens of context that the model was trained with. */
  context_length: number | undefined;
  layer_count: number | undefined;
  embedding_length: number | undefined;
  /** In tokens. */
  vocabulary_size: number | undefined;
  /** Its kind, and how it splits text before it looks for tokens. */
  tokenizer: { model: string; pre: string | undefined } | undefined;
  /** In Jinja. */
  chat_template: string | undefined;
  /** The most bytes first. */
  tensor_types: TensorTypeSummary[];
  metadata: Record<string, MetadataValue>;
  tensors: TensorInfo[];
}

/** Options of `inspectModel`. */
export interface InspectOptions extends HubOptions {
  /** Stops it; it then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * What a GGUF file or a Hugging Face checkpoint says about itself: headers are read, off the
 * JavaScript thread, and not the weights. A checkpoint is shown as the engine loads it, with
 * the engine's names. Of a repository of the Hub, only its configuration, its tokenizer and the
 * headers are downloaded; of a GGUF model in parts, the first one's.
 *
 * @param model as `model` of HuggingFaceProvider takes it
 *   @default the embedded model
 * @throws {InvalidParameterError} INVALID_PARAMETER
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND
 * @throws {ModelLoadingError} MODEL_LOADING when it is damaged, or of another format
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for a checkpoint that is not served
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for URLs of other servers
 * @throws {AuthenticationError} AUTHENTICATION for gated repositories and refused tokens
 * @throws {ProviderConnectionError} PROVIDER_CONNECTION
 *
 * @example
 * const { architecture, parameter_count } = await inspectModel("owner/name");
 */
export async function inspectModel(
  model?: string | URL,
  options: InspectOptions = {},
): Promise<ModelInspection> {
  const callSite = new Error("inspectModel");
  assertOptions(options, "task");
  const { signal = NEVER, ...hubOptions } = options;
  resolveCallOptions({ signal });
  const { model: given, hub } = resolveProviderConfig({ model, ...hubOptions });
  try {
    return await lookAtModel(given, { hub, signal }, (view) => inspectView(view, signal));
  } catch (error) {
    throw withCallSite(error, callSite);
  }
}

async function inspectView(
  { path, isCheckpoint, url }: ModelView,
  signal: AbortSignal,
): Promise<ModelInspection> {
  const inspection = isCheckpoint
    ? await inspectCheckpoint(path, signal)
    : describe(await inspectFile(path));
  if (url === undefined) return inspection;
  // Where the headers were for a moment means nothing.
  const hasName = inspection.name !== basename(path);
  return { ...inspection, path: url, name: hasName ? inspection.name : nameOfRepository(url) };
}

/** As the engine would load it, with its weights as they are. */
async function inspectCheckpoint(folder: string, signal: AbortSignal): Promise<ModelInspection> {
  const { plan } = await readCheckpoint(folder, PLAIN_WEIGHTS, signal);
  const model = describe(await inspectFile(folder, plan));
  const sizes = await Promise.all(plan.files.map(async (file) => (await stat(file)).size));
  const size_bytes = sizes.reduce((sum, size) => sum + size, 0);
  return { ...model, size_bytes, name: model.name ?? basename(folder) };
}

function describe(native: NativeInspection): ModelInspection {
  const { path, sizeBytes, architecture, metadata, tensors, chatTemplate } = native;
  const tokens = metadata["tokenizer.ggml.tokens"];
  const tokenizer = stringAt(metadata, "tokenizer.ggml.model");
  const vocabulary = typeof tokens === "object" ? tokens.length : undefined;
  return {
    path,
    size_bytes: sizeBytes,
    name: stringAt(metadata, "general.name"),
    architecture: architecture === "" ? undefined : architecture,
    parameter_count: tensors.reduce((sum, tensor) => sum + parameterCount(tensor), 0),
    context_length: numberAt(metadata, `${architecture}.context_length`),
    layer_count: numberAt(metadata, `${architecture}.block_count`),
    embedding_length: numberAt(metadata, `${architecture}.embedding_length`),
    vocabulary_size: vocabulary ?? numberAt(metadata, `${architecture}.vocab_size`),
    tokenizer:
      tokenizer === undefined
        ? undefined
        : { model: tokenizer, pre: stringAt(metadata, "tokenizer.ggml.pre") },
    chat_template: chatTemplate === "" ? undefined : chatTemplate,
    tensor_types: summariseTypes(tensors),
    metadata,
    tensors,
  };
}

function summariseTypes(tensors: readonly TensorInfo[]): TensorTypeSummary[] {
  const summaries = new Map<string, TensorTypeSummary>();
  for (const tensor of tensors) {
    const { type } = tensor;
    const summary = summaries.get(type) ?? { type, tensor_count: 0, parameter_count: 0, bytes: 0 };
    summary.tensor_count += 1;
    summary.parameter_count += parameterCount(tensor);
    summary.bytes += tensor.bytes;
    summaries.set(type, summary);
  }
  return [...summaries.values()].sort((a, b) => b.bytes - a.bytes);
}

function parameterCount({ shape }: TensorInfo): number {
  return shape.reduce((product, length) => product * length, 1);
}

type Metadata = NativeInspection["metadata"];

function stringAt(metadata: Metadata, key: string): string | undefined {
  const value = valueAt(metadata, key);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function numberAt(metadata: Metadata, key: string): number | undefined {
  const value = valueAt(metadata, key);
  return typeof value === "number" ? value : undefined;
}

/** Files choose their keys: one may be called like something that objects inherit. */
function valueAt(metadata: Metadata, key: string): MetadataValue | undefined {
  return Object.hasOwn(metadata, key) ? metadata[key] : undefined;
}
