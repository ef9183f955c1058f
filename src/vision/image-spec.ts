import { UnsupportedModelError } from "../errors.js";
import type { ImageSpec } from "../native/image-spec.js";
import { VISION_FAMILIES } from "./families.js";
import type { VisionFiles } from "./files.js";
import { visionSettings } from "./settings.js";

export type { ImageSpec } from "../native/image-spec.js";

/**
 * What the model's processor in transformers does with a picture.
 *
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for models and processors that are not
 *   served, naming those that are
 * @throws {ModelLoadingError} MODEL_LOADING when a file lacks something or says what cannot be
 */
export function imageSpec(files: VisionFiles): ImageSpec {
  const settings = visionSettings(files);
  const modelType = settings.model.text("model_type") ?? "";
  const family = VISION_FAMILIES.find(({ modelTypes }) => modelTypes.includes(modelType));
  if (family === undefined) {
    throw unserved(
      "model_type",
      modelType,
      VISION_FAMILIES.flatMap(({ modelTypes }) => modelTypes),
    );
  }
  const names = Object.keys(family.processors);
  const name = settings.processorClass ?? names[0] ?? "";
  const make = Object.hasOwn(family.processors, name) ? family.processors[name] : undefined;
  if (make === undefined) throw unserved("image_processor_type", name, names);
  return make({ ...settings, processorClass: name });
}

function unserved(setting: string, value: string, served: readonly string[]): Error {
  return new UnsupportedModelError(
    `Pictures for this model cannot be prepared: its ${setting} is ${JSON.stringify(value)}. ` +
      `Served: ${served.join(", ")}.`,
    { details: { setting, value, supported: [...served] } },
  );
}
