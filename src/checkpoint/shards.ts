import { isPlainObject } from "../internal/is-plain-object.js";
import { preview } from "../internal/preview.js";
import { damaged } from "./errors.js";

const MAX_SHARDS = 10_000;

/**
 * The files that an index of shards names, each once, in the order of their names.
 *
 * @param indexFile its absolute path, for messages
 * @throws {ModelLoadingError} MODEL_LOADING when one is not a plain name of a safetensors
 *   file: an index has no say over other folders
 */
export function shardNames(index: Readonly<Record<string, unknown>>, indexFile: string): string[] {
  const map = index["weight_map"];
  if (!isPlainObject(map)) throw damaged(indexFile, "weight_map is missing.");
  const names = new Set<string>();
  for (const [tensor, name] of Object.entries(map)) {
    if (typeof name !== "string" || !isPlainName(name)) {
      throw damaged(
        indexFile,
        `the tensor ${preview(tensor)} is said to be in ${preview(name)}, which is no safetensors file of the same folder.`,
      );
    }
    names.add(name);
  }
  if (names.size === 0) throw damaged(indexFile, "weight_map is empty.");
  if (names.size > MAX_SHARDS) throw damaged(indexFile, "weight_map names too many files.");
  return [...names].sort();
}

// Neither separators of any system nor device names or streams of Windows.
function isPlainName(name: string): boolean {
  return /^[\w][\w.+=@ -]{0,200}[.]safetensors$/.test(name) && !name.includes("..");
}
