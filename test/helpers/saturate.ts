import type { Generation, HuggingFaceProvider, ProviderOptions } from "../../src/index.js";
import { firstPiece, generateEndlessly } from "./endless.js";

/** Calls that the engine computes at once (kMaxActive in native/core/engine.cc). */
export const PLACES = 32;

/** For a provider that is to be saturated: half a context window for each stream. */
export const SATURABLE: ProviderOptions = { kv_cache_tokens: 32 * 512 };

/** Takes all places with streams that only end when they are aborted. */
export async function saturate(llm: HuggingFaceProvider): Promise<Generation[]> {
  const streams = Array.from({ length: PLACES }, () => generateEndlessly(llm));
  await Promise.all(streams.map(firstPiece));
  return streams;
}
