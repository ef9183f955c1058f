import { join } from "node:path";

import { UnsupportedModelError } from "../../errors.js";
import type { NativeCheckpointPlan, NativeSourceTensor } from "../../native/checkpoint-plan.js";
import { buildTensors, rejectUnknown, type TensorContext } from "../build-tensors.js";
import { Config } from "../config.js";
import { qualify } from "../metadata.js";
import type { CheckpointFolder } from "../read-folder.js";
import { SourceTensors } from "../source-tensors.js";
import { chooseWeightTypes, type WeightOptions } from "../weight-types.js";
import type { VisionFacts, VisionFamily, VisionSizes } from "./family.js";
import { VISION_FAMILIES } from "./index.js";
import { readVisionSizes } from "./sizes.js";
import { findSpecialTokens } from "./special-tokens.js";

/** Tensors of the other parts, by the names that families use. */
const FOREIGN = [/^(?!tower[.]|projector[.])/];

/**
 * How the engine loads the part of a checkpoint that sees: a projector (mmproj) made of the
 * same files as the language model, without a vocabulary. Undefined for models without one.
 *
 * @param tensors as `readSafetensors` lists them for `folder.files`
 * @param options quantisation does not reach it: it is small, and what it sees counts more
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for towers that are not served
 * @throws {ModelLoadingError} MODEL_LOADING when the files contradict one another
 */
export async function planVision(
  folder: CheckpointFolder,
  tensors: readonly NativeSourceTensor[],
  options: Pick<WeightOptions, "dtype">,
): Promise<NativeCheckpointPlan | undefined> {
  const whole = new Config(folder.config, join(folder.path, "config.json"));
  const part = whole.object("vision_config");
  const className = whole.texts("architectures")?.[0];
  if (part === undefined || className === undefined) return undefined;
  const family = findVisionFamily(className, part);
  const tokens = await findSpecialTokens(folder, family.specialTokens ?? []);
  const config = part.withDefaults(family.defaults);
  const text = (whole.object("text_config") ?? new Config({}, whole.file)).over(whole);
  const facts = readFacts(family, { config, whole, text, className, tokens });
  family.check(facts);

  const sources = new SourceTensors(tensors, folder.files, family.renamings);
  const types = chooseWeightTypes({ ...options, quantization: "none" }, tensors);
  const context: TensorContext = { sources, sizes: facts.sizes, types, className };
  const planned = exhaust(buildTensors(family.tensors(facts), context));
  rejectUnknown(sources.unused([...FOREIGN, ...(family.ignored?.(facts) ?? [])]), context);
  return {
    files: [...folder.files],
    metadata: qualify("clip", [
      ["general.architecture", "string", "clip"],
      ["general.type", "string", "mmproj"],
      ["general.file_type", "u32", types.fileType],
      ["has_vision_encoder", "bool", true],
      ["projector_type", "string", family.projector],
      ...sizeMetadata(facts.sizes),
      // Pictures come to the engine as their processor leaves them.
      ["vision.image_mean", "f32[]", [0, 0, 0]],
      ["vision.image_std", "f32[]", [1, 1, 1]],
      ...family.metadata(facts),
    ]),
    vocabulary: { size: 0, stop: [] },
    tensors: planned,
  };
}

/** By the class of the whole model and, where that has several towers, by the tower's type. */
function findVisionFamily(className: string, part: Config): VisionFamily {
  // Before vision_config named its type, LLaVA's tower was CLIP's.
  const type = part.text("model_type");
  const family = VISION_FAMILIES.find(
    ({ classes, towers = [] }) =>
      classes.includes(className) &&
      (towers.length === 0 || type === undefined || towers.includes(type)),
  );
  if (family !== undefined) return family;
  const what = type === undefined ? "its tower" : `the tower ${JSON.stringify(type)}`;
  throw new UnsupportedModelError(
    `${part.file}: ${what} of ${className} is not served as a Hugging Face checkpoint, so the ` +
      "model takes no pictures. A GGUF file of it, with its mmproj, may.",
    {
      details: {
        path: part.file,
        architecture: className,
        ...(type === undefined ? {} : { tower: type }),
      },
    },
  );
}

function readFacts(family: VisionFamily, known: Omit<VisionFacts, "sizes">): VisionFacts {
  const sizes = readVisionSizes(known.config, known.text, family.merge(known));
  const own = family.sizes?.({ ...known, sizes }) ?? {};
  return { ...known, sizes: { ...sizes, ...own } };
}

function sizeMetadata(sizes: VisionSizes): [string, "u32", number][] {
  return [
    ["vision.image_size", "u32", sizes.image],
    ["vision.patch_size", "u32", sizes.patch],
    ["vision.embedding_length", "u32", sizes.hidden],
    ["vision.feed_forward_length", "u32", sizes.ffn],
    ["vision.block_count", "u32", sizes.layers],
    ["vision.attention.head_count", "u32", sizes.heads],
    ["vision.projection_dim", "u32", sizes.text],
  ];
}

/** Towers are small enough to plan in one go. */
function exhaust<T>(steps: Generator<unknown, T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}
