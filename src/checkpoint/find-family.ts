import { UnsupportedModelError } from "../errors.js";
import { nearest } from "../internal/nearest.js";
import { Config } from "./config.js";
import { damaged } from "./errors.js";
import { FAMILIES } from "./families/index.js";
import type { Family } from "./family.js";

export interface FoundFamily {
  readonly family: Family;
  /** The class that the checkpoint says it is. */
  readonly className: string;
  /** The part of config.json about the language model. */
  readonly part: Config;
  /** Tensors of other parts, by names without the family's prefixes. */
  readonly foreign: readonly RegExp[];
}

/**
 * Larger models whose language part is one of the families, told by the type of their
 * text_config. What sees is planned by vision/plan.ts.
 */
const WRAPPERS = [
  "LlavaForConditionalGeneration",
  "Gemma3ForConditionalGeneration",
  "Mistral3ForConditionalGeneration",
  "Idefics3ForConditionalGeneration",
  "SmolVLMForConditionalGeneration",
  "Qwen2VLForConditionalGeneration",
  "Qwen2_5_VLForConditionalGeneration",
  "Qwen3VLForConditionalGeneration",
  "InternVLForConditionalGeneration",
];
const OTHER_PARTS = [
  /^(?:model[.])?(?:vision_tower|vision_model|multi_modal_projector|connector|visual|image_newline)(?:[.]|$)/,
];

/**
 * The family of a checkpoint by its class, or by its model_type when it names none.
 *
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL, with the nearest names
 */
export function findFamily(config: Config): FoundFamily {
  const className = config.texts("architectures")?.[0];
  if (className !== undefined && WRAPPERS.includes(className)) {
    return { ...wrapped(config, className), foreign: OTHER_PARTS };
  }
  const type = config.text("model_type");
  if (className === undefined && type === undefined) {
    throw damaged(
      "config.json",
      "it names no architecture: architectures and model_type are missing.",
    );
  }
  const family = FAMILIES.find(({ classes, modelTypes }) =>
    className === undefined ? modelTypes.includes(type ?? "") : classes.includes(className),
  );
  if (family === undefined) throw unknown(className ?? type ?? "", className !== undefined);
  const name = className ?? family.classes[0] ?? family.architecture;
  return { family, className: name, part: config, foreign: [] };
}

function wrapped(config: Config, className: string): Omit<FoundFamily, "foreign"> {
  const text = config.object("text_config");
  const byType = (type: string): Family | undefined =>
    FAMILIES.find(({ modelTypes }) => modelTypes.includes(type));
  const type = text?.text("model_type");
  // Qwen 2 once had both parts' settings side by side. Before text_config named its type,
  // LLaVA's language model was Llama.
  const family = byType(type ?? config.text("model_type") ?? "") ?? byType(type ?? "llama");
  if (family === undefined) throw unknown(type ?? "", false);
  // What the part leaves out, the whole may say.
  const part = (text ?? new Config({})).over(config);
  return { family, className, part };
}

function unknown(name: string, isClass: boolean): Error {
  const known = FAMILIES.flatMap(({ classes, modelTypes }) => (isClass ? classes : modelTypes));
  const candidates = isClass ? [...known, ...WRAPPERS] : known;
  const near = sharing(name, candidates) ?? nearest(name, candidates);
  const hint = near === undefined ? "" : ` The nearest that is: ${near}.`;
  return new UnsupportedModelError(
    `config.json: ${JSON.stringify(name)} is not served as a Hugging Face checkpoint.${hint} ` +
      "A GGUF file of the model may be.",
    { details: { architecture: name, ...(near === undefined ? {} : { nearest: near }) } },
  );
}

/** A candidate with the longest common start, when that says anything. */
function sharing(name: string, candidates: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestLength = 3;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    let length = 0;
    while (length < wanted.length && wanted[length] === other[length]) length++;
    if (length > bestLength) [best, bestLength] = [candidate, length];
  }
  return best;
}
