import { AUDIO_FAMILIES } from "../checkpoint/audio/families.js";
import { Config } from "../checkpoint/config.js";
import { findFamily } from "../checkpoint/find-family.js";
import { labelNames } from "../checkpoint/labels.js";
import { VISION_FAMILIES } from "../checkpoint/vision/index.js";
import { AbstractLLMError, ModelLoadingError, ModelNotFoundError } from "../errors.js";
import { isPlainObject } from "../internal/is-plain-object.js";
import { readCard } from "./card.js";
import type { Evidence } from "./evidence.js";
import { findFimTokens, hasThoughtTokens, specialTokens } from "./special-tokens.js";
import { headOf } from "./heads.js";
import type { ModelFiles, TryTemplate } from "./model-files.js";
import { readTemplate } from "./template-text.js";

type Json = Readonly<Record<string, unknown>>;

/**
 * The facts about a Hugging Face checkpoint, from its small files and its weights' headers.
 *
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND without a config.json
 * @throws {ModelLoadingError} MODEL_LOADING when a file is damaged
 */
export async function collectCheckpoint(
  files: ModelFiles,
  tryTemplate: TryTemplate,
): Promise<Evidence> {
  const names = await files.list();
  const values = await readObject(files, "config.json");
  if (values === undefined) {
    throw new ModelNotFoundError(`${files.name} has no config.json.`, {
      details: { path: files.name },
    });
  }
  const config = new Config(values, `${files.name}/config.json`);
  const text = config.object("text_config", "llm_config", "language_config", "thinker_config");
  const tokenizer = await readObject(files, "tokenizer_config.json");
  const pooling = await readObject(files, "1_Pooling/config.json");
  const card = await files.readText("README.md");
  const modelType = config.text("model_type");
  const className = config.texts("architectures")?.[0];
  const vision = visionOf(config, className);
  const audio = audioOf(config, className);
  const isSentenceTransformer =
    names.includes("modules.json") || names.includes("config_sentence_transformers.json");
  const head = headOf(className, modelType, {
    hasVision: vision !== undefined,
    hasAudio: audio !== undefined,
  });
  const tokens = await specialTokens(files, tokenizer);
  return {
    name: files.name,
    format: "checkpoint",
    modelType,
    className,
    head,
    isServed: isServed(config),
    vision,
    audio,
    ...labelsOf(config, head),
    pooling: poolingOf(pooling),
    isSentenceTransformer,
    template: await templateOf(files, tokenizer, tryTemplate),
    fimTokens: tokens === undefined ? undefined : findFimTokens(tokens),
    hasThoughtTokens: tokens === undefined ? undefined : hasThoughtTokens(tokens),
    taskSettings: Object.keys(objectAt(values, "task_specific_params")),
    taskPrefixes: prefixesOf(objectAt(values, "task_specific_params")),
    card: card === undefined ? undefined : readCard(card),
    parameterCount: await files.countParameters(),
    contextLength: contextOf(text ?? config) ?? contextOf(config),
    vocabularySize:
      (text ?? config).optionalInteger("vocab_size") ?? config.optionalInteger("vocab_size"),
  };
}

async function readObject(files: ModelFiles, name: string): Promise<Json | undefined> {
  const text = await files.readText(name);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ModelLoadingError(`${files.name}/${name}: it is not valid JSON.`, {
      cause: error,
      details: { path: `${files.name}/${name}` },
    });
  }
  if (isPlainObject(value)) return value;
  throw new ModelLoadingError(`${files.name}/${name}: it has to be a JSON object.`, {
    details: { path: `${files.name}/${name}` },
  });
}

/** Whether its class is one that the engine runs; settings may still stand against it. */
function isServed(config: Config): boolean {
  try {
    findFamily(config);
    return true;
  } catch (error) {
    if (error instanceof AbstractLLMError) return false;
    throw error;
  }
}

function visionOf(config: Config, className: string | undefined): Evidence["vision"] {
  const part = config.object("vision_config", "vision_tower_config", "visual", "encoder_vision");
  const isNamed = config.mentions("mm_vision_tower") || config.mentions("img_processor");
  if (part === undefined && !isNamed) return undefined;
  const type = part?.text("model_type");
  const isServed = VISION_FAMILIES.some(
    ({ classes, towers = [] }) =>
      classes.includes(className ?? "") &&
      (towers.length === 0 || type === undefined || towers.includes(type)),
  );
  return { type, isServed };
}

function audioOf(config: Config, className: string | undefined): Evidence["audio"] {
  const thinker = config.object("thinker_config");
  const part = config.object("audio_config", "audio_processor", "encoder_config");
  const found = part ?? thinker?.object("audio_config");
  if (
    found === undefined ||
    (config.object("audio_config") === undefined && thinker === undefined)
  ) {
    return undefined;
  }
  const isServed = AUDIO_FAMILIES.some(({ classes }) => classes.includes(className ?? ""));
  return { type: found.text("model_type"), isServed };
}

function labelsOf(config: Config, head: Evidence["head"]): Pick<Evidence, "labels" | "labelCount"> {
  if (head !== "sequence-classification" && head !== "token-classification") {
    return { labels: undefined, labelCount: undefined };
  }
  const labels = labelNames(config);
  const areNamed = labels.some((label) => !/^LABEL_\d+$/.test(label));
  return { labels: areNamed ? labels : undefined, labelCount: labels.length };
}

function poolingOf(pooling: Json | undefined): string | undefined {
  if (pooling === undefined) return undefined;
  if (pooling["pooling_mode_mean_tokens"] === true) return "mean";
  if (pooling["pooling_mode_cls_token"] === true) return "cls";
  if (pooling["pooling_mode_lasttoken"] === true) return "last";
  const mode = pooling["pooling_mode"];
  return typeof mode === "string" ? mode : undefined;
}

function prefixesOf(settings: Json): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([task, values]): [string, string][] => {
      const { prefix } = objectAt(values, undefined);
      return typeof prefix === "string" ? [[task, prefix]] : [];
    }),
  );
}

async function templateOf(
  files: ModelFiles,
  tokenizer: Json | undefined,
  tryTemplate: TryTemplate,
): Promise<Evidence["template"]> {
  const json = objectAt(await readObject(files, "chat_template.json"), undefined);
  const given =
    (await files.readText("chat_template.jinja")) ??
    json["chat_template"] ??
    tokenizer?.["chat_template"];
  const sources = templatesIn(given);
  const main = sources.get("default") ?? [...sources.values()][0];
  // Without a tokenizer's settings there is nowhere to look.
  if (main === undefined) return tokenizer === undefined ? undefined : null;
  const features = (await tryTemplate(main)) ?? readTemplate(main);
  // Some have a template of their own for tools.
  return sources.has("tool_use") ? { ...features, tools: true } : features;
}

/** One template, or several with names. */
function templatesIn(given: unknown): Map<string, string> {
  if (typeof given === "string") return new Map([["default", given]]);
  const entries = Array.isArray(given) ? (given as unknown[]) : [];
  return new Map(
    entries.flatMap((entry): [string, string][] => {
      const { name, template } = objectAt(entry, undefined);
      return typeof name === "string" && typeof template === "string" ? [[name, template]] : [];
    }),
  );
}

/** The engine goes by the first that there is. */
function contextOf(config: Config): number | undefined {
  return config.optionalInteger(
    "max_position_embeddings",
    "n_positions",
    "max_sequence_length",
    "n_ctx",
    "max_seq_len",
    "seq_length",
    "max_target_positions",
  );
}

function objectAt(value: unknown, key: string | undefined): Json {
  const found: unknown = key === undefined || !isPlainObject(value) ? value : value[key];
  return isPlainObject(found) ? found : {};
}
