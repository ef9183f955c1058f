import { collectModel, type CollectedModel, type CollectOptions } from "./collect-model.js";
import { scoreCapabilities } from "./score.js";
import type { Capabilities } from "./types.js";

/**
 * What a model can do, by its headers and small files.
 *
 * @param all whether what the evidence denies, or says nothing of, is listed, too
 */
export async function describeModel(
  model: CollectedModel,
  all: boolean,
  options: CollectOptions,
): Promise<Capabilities> {
  options.signal?.throwIfAborted();
  const evidence = await collectModel(model, options);
  options.signal?.throwIfAborted();
  return scoreCapabilities(evidence, all);
}
