import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { ModelLoadingError } from "../errors.js";

/** Of several that differ in nothing else: what towers lose in smaller types counts more. */
const TYPES = ["f16", "bf16", "f32", "q8_0"];

/**
 * The projector (mmproj) that makes a GGUF model see, from beside it; undefined when there is
 * none that belongs to it.
 *
 * @param modelPath absolute, of a .gguf file
 * @throws {ModelLoadingError} MODEL_LOADING when several fit equally well
 */
export async function findProjector(modelPath: string): Promise<string | undefined> {
  const folder = dirname(modelPath);
  // Whoever may open the file may still not list its folder.
  const names = await readdir(folder).catch(() => []);
  const found = chooseProjector(basename(modelPath), names);
  if (found.length > 1) {
    throw new ModelLoadingError(
      `Several projectors beside ${modelPath} fit it equally well: ${found.join(", ")}. ` +
        "Say which one with mmproj.",
      { details: { path: modelPath, candidates: found.map((name) => join(folder, name)) } },
    );
  }
  const [name] = found;
  return name === undefined ? undefined : join(folder, name);
}

/** The best of a folder's files: none, one, or several that nothing tells apart. */
export function chooseProjector(model: string, names: readonly string[]): string[] {
  const files = names.filter((name) => /[.]gguf$/i.test(name)).sort();
  const candidates = files.filter((name) => isProjector(name) && name !== model);
  const own = wordsOf(model);
  const named = candidates.filter((name) => {
    const words = wordsOf(name);
    return words.length > 0 && isWithin(words, own);
  });
  if (named.length > 0) return bestType(longest(named));
  // One without a name of its own belongs to the only model of the folder.
  const others = files.filter((name) => !isProjector(name) && wordsOf(name).join() !== own.join());
  return others.length > 0 ? [] : bestType(candidates.filter((name) => wordsOf(name).length === 0));
}

function isProjector(name: string): boolean {
  return /mmproj/i.test(name);
}

/** What names a model in a file's name, without what tells its files apart. */
function wordsOf(name: string): string[] {
  return name
    .toLowerCase()
    .replace(/[.]gguf$/, "")
    .replace(/-\d{5}-of-\d{5}$/, "")
    .split(/[-_. ]+/)
    .filter((word) => !/^(?:mmproj|model|ggml|gguf|vision|ud|imat|i1)?$/.test(word))
    .filter((word) => !/^(?:i?q\d|bf16|f16|f32|fp16|fp32|[0-9]|[kxmsl]|xs|xxs|nl)$/.test(word));
}

/** Whether all words of a name stand in another, in their order. */
function isWithin(words: readonly string[], others: readonly string[]): boolean {
  let at = 0;
  for (const word of others) if (word === words[at]) at++;
  return at === words.length;
}

function longest(names: readonly string[]): string[] {
  const most = Math.max(...names.map((name) => wordsOf(name).length));
  return names.filter((name) => wordsOf(name).length === most);
}

function bestType(names: readonly string[]): string[] {
  for (const type of TYPES) {
    const ofType = names.filter((name) => typeOf(name) === type);
    if (ofType.length > 0) return ofType;
  }
  return [...names];
}

function typeOf(name: string): string | undefined {
  return /(?:^|[^a-z0-9])(b?f16|f32|q8_0)(?:[^a-z0-9]|$)/.exec(name.toLowerCase())?.[1];
}
