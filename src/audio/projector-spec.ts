import { ModelLoadingError, UnsupportedModelError } from "../errors.js";
import type { AudioSpec } from "../native/audio-spec.js";
import {
  qwen2AudioSpec,
  qwen25OmniSpec,
  ultravoxSpec,
  voxtralSpec,
  type Tower,
} from "./families.js";

/** What `inspect` says of a projector, as far as its ears are concerned. */
export interface ProjectorFile {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

const SPECS: Readonly<Record<string, (tower: Tower) => AudioSpec>> = {
  qwen2a: (tower) => qwen2AudioSpec(tower),
  "qwen2.5o": qwen25OmniSpec,
  ultravox: ultravoxSpec,
  voxtral: voxtralSpec,
};

/**
 * What the processor of the model that a projector (an mmproj GGUF) belongs to does with a
 * sound.
 *
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for projectors that are not served
 * @throws {ModelLoadingError} MODEL_LOADING when it lacks something, or says what cannot be
 */
export function audioSpecFromProjector({ metadata, tensors }: ProjectorFile): AudioSpec {
  const names = ["clip.projector_type", "clip.audio.projector_type"].map((key) => metadata[key]);
  const isName = (name: unknown): name is string => typeof name === "string" && name !== "";
  const type = names.find(isName) ?? "";
  const make = Object.hasOwn(SPECS, type) ? SPECS[type] : undefined;
  if (make === undefined) throw unserved(type);
  const table = tensors.find(({ name }) => name === "a.position_embd.weight");
  return make({
    bands: count(metadata, "num_mel_bins") ?? missing("num_mel_bins"),
    positions: table?.shape[1] ?? missing("position_embd"),
    stack: count(metadata, "projector.stack_factor") ?? 1,
  });
}

function count(metadata: ProjectorFile["metadata"], name: string): number | undefined {
  const value = metadata[`clip.audio.${name}`];
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && (value as number) > 0 && (value as number) <= 2 ** 20) {
    return value as number;
  }
  return missing(name);
}

function missing(name: string): never {
  const key = `clip.audio.${name}`;
  throw new ModelLoadingError(`The projector's ${key} has to be a whole number from 1.`, {
    details: { key },
  });
}

function unserved(type: string): Error {
  const supported = Object.keys(SPECS);
  return new UnsupportedModelError(
    `Projectors of the type ${JSON.stringify(type)} are not served for sounds; ` +
      `served are ${supported.join(", ")}.`,
    { details: { projector: type, supported } },
  );
}
