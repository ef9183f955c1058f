import { resolveCapabilityOptions, resolveProviderConfig } from "../config/resolve.js";
import { assertOptions } from "../config/read-options.js";
import type { CapabilityOptions, HubOptions } from "../config/types.js";
import { describeModel } from "./describe-model.js";
import type { Capabilities } from "./types.js";

/**
 * What a model can do, with the evidence for it, without a provider: headers and small files
 * are read, and no weights; of a repository of the Hub, only those are downloaded. Only what is likely is listed, or everything with `{ all: true }`.
 *
 * @param model as `model` of HuggingFaceProvider takes it
 *   @default the embedded model
 * @throws {InvalidParameterError} INVALID_PARAMETER
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND
 * @throws {ModelLoadingError} MODEL_LOADING when a file is damaged
 * @throws {AuthenticationError} AUTHENTICATION for gated repositories and refused tokens
 * @throws {ProviderConnectionError} PROVIDER_CONNECTION
 *
 * @example
 * const { image_to_text } = await getCapabilities("./llava-1.5-7b-hf");
 * console.log(image_to_text?.confidence, image_to_text?.evidence);
 */
export async function getCapabilities(
  model?: string | URL,
  options: CapabilityOptions & HubOptions = {},
): Promise<Capabilities> {
  assertOptions(options, "capabilities");
  const { all, signal, ...hubOptions } = options;
  const resolved = resolveCapabilityOptions({ all, signal });
  const config = resolveProviderConfig({ model, ...hubOptions });
  return await describeModel(config, resolved.all, resolved);
}
