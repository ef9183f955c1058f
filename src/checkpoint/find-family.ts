import { UnsupportedModelError } from "../errors.js";
import { Config } from "./config.js";
import { FAMILIES } from "./families/index.js";
import type { Family } from "./family.js";
import { similarNames } from "./similar-names.js";

export interface FoundFamily {
  readonly family: Family;
  /** The class that the checkpoint says it is. */
  readonly className: string;
  /** The part of config.json about the language model, over the whole. */
  readonly part: Config;
  /** How many tokens config.json says that this part has. */
  readonly vocabularySize: number | undefined;
  /** Tensors of other parts, by names without the family's prefixes. */
  readonly foreign: readonly RegExp[];
}

/**
 * Larger models whose language part is one of the families, told by the type of their
 * text_config. What sees is planned by vision/plan.ts, and what hears by audio/plan.ts.
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
  "Qwen2AudioForConditionalGeneration",
];
/** The same models exist in a form that is served. */
const OTHER_FORMS: ReadonlyMap<string, string> = new Map([
  [
    "InternVLChatModel",
    " The same model in the form of transformers (InternVLForConditionalGeneration, in " +
      'repositories whose names end in "-hf") is served.',
  ],
]);
const OTHER_PARTS = [
  /^(?:model[.])?(?:vision_tower|audio_tower|vision_model|multi_modal_projector|connector|visual|image_newline)(?:[.]|$)/,
];

/**
 * The family of a checkpoint by its class, or by its model_type when it names none.
 *
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL, with similar names that are served
 */
export function findFamily(config: Config): FoundFamily {
  const className = config.texts("architectures")?.[0];
  if (className !== undefined && WRAPPERS.includes(className)) return wrapped(config, className);
  const type = config.text("model_type");
  if (className === undefined && type === undefined) {
    throw config.damaged("it names no architecture: architectures and model_type are missing.");
  }
  const family = FAMILIES.find(({ classes, modelTypes }) =>
    className === undefined ? modelTypes.includes(type ?? "") : classes.includes(className),
  );
  if (family === undefined) throw unknown(config, className ?? type ?? "", className !== undefined);
  const name = className ?? family.classes[0] ?? family.architecture;
  const vocabularySize = config.optionalInteger("vocab_size");
  return { family, className: name, part: config, vocabularySize, foreign: [] };
}

function wrapped(config: Config, className: string): FoundFamily {
  const text = config.object("text_config");
  const byType = (type: string): Family | undefined =>
    FAMILIES.find(({ modelTypes }) => modelTypes.includes(type));
  const type = text?.text("model_type");
  // Qwen 2 once had both parts' settings side by side. Before text_config named its type,
  // LLaVA's language model was Llama.
  const family = byType(type ?? config.text("model_type") ?? "") ?? byType(type ?? "llama");
  if (family === undefined) throw unknown(config, type ?? "", false);
  // What the part leaves out, the whole may say.
  const part = (text ?? new Config({}, config.file)).over(config);
  const vocabularySize = text?.optionalInteger("vocab_size");
  return { family, className, part, vocabularySize, foreign: OTHER_PARTS };
}

function unknown(config: Config, name: string, isClass: boolean): Error {
  const known = FAMILIES.flatMap(({ classes, modelTypes }) => (isClass ? classes : modelTypes));
  // A class without a head says little to who looks for one with.
  const isBase = name.endsWith("Model");
  const classes = [...known, ...WRAPPERS].filter((other) => other.endsWith("Model") === isBase);
  const { typo, similar } = similarNames(name, isClass ? classes : known);
  const hint =
    OTHER_FORMS.get(name) ??
    (typo !== undefined
      ? ` Was ${typo} meant?`
      : similar.length > 0
        ? ` Served under similar names are ${similar.join(", ")}, each for its own models only.`
        : "");
  return new UnsupportedModelError(
    `${config.file}: ${JSON.stringify(name)} is not served as a Hugging Face checkpoint.${hint} ` +
      "A GGUF file of the model may be.",
    {
      details: {
        path: config.file,
        architecture: name,
        ...(typo === undefined ? {} : { nearest: typo }),
        similar,
      },
    },
  );
}
