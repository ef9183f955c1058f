import { join } from "node:path";

import { Config } from "../checkpoint/config.js";
import { damaged } from "../checkpoint/errors.js";
import { isPlainObject } from "../internal/is-plain-object.js";
import type { VisionFiles } from "./files.js";

/** The settings of a model's processor, each file behind the same readers. */
export interface VisionSettings {
  readonly model: Config;
  /** Of the image processor: preprocessor_config.json, or its part of processor_config.json. */
  readonly images: Config;
  readonly processor: Config;
  readonly tokenizer: Config;
  /** The image processor's class, without what names its backend; undefined if none is named. */
  readonly processorClass: string | undefined;
}

/**
 * @throws {ModelLoadingError} MODEL_LOADING when the files lack an image processor's settings
 */
export function visionSettings(files: VisionFiles): VisionSettings {
  const { config, preprocessor, processor, tokenizer } = files;
  const pathOf = (name: string): string => join(files.folder, name);
  // transformers 5 saves all parts of a processor in one file, and that file goes first.
  const part = processor?.["image_processor"];
  const nested = isPlainObject(part) ? part : undefined;
  const images = nested ?? preprocessor;
  const file = pathOf(nested === undefined ? "preprocessor_config.json" : "processor_config.json");
  if (images === undefined) {
    throw damaged(file, "it is missing: nothing says how pictures are read.");
  }
  const settings = new Config(images, file);
  return {
    model: new Config(config, pathOf("config.json")),
    images: settings,
    processor: new Config(processor ?? {}, pathOf("processor_config.json")),
    tokenizer: new Config(tokenizer ?? {}, pathOf("tokenizer_config.json")),
    processorClass: processorClass(settings),
  };
}

// The older name of image processors was feature extractors.
function processorClass(images: Config): string | undefined {
  const name = images.text("image_processor_type", "feature_extractor_type");
  return name?.replace(/(?:Fast|Pil)$/, "").replace(/FeatureExtractor$/, "ImageProcessor");
}

/** The text of a special token, as the tokenizer's settings name it. */
export function tokenText(settings: VisionSettings, name: string, otherwise: string): string {
  const { tokenizer } = settings;
  const named = tokenizer.value(name) ?? namedTokens(tokenizer)?.value(name);
  if (typeof named === "string") return named;
  const content = isPlainObject(named) ? named["content"] : undefined;
  return typeof content === "string" ? content : otherwise;
}

// A list in some files, which names nothing.
function namedTokens(tokenizer: Config): Config | undefined {
  const isMap = isPlainObject(tokenizer.value("extra_special_tokens"));
  return isMap ? tokenizer.object("extra_special_tokens") : undefined;
}
