import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";

import { readJsonObject, readText } from "../checkpoint/read-json.js";
import { shardNames } from "../checkpoint/shards.js";
import type { ResolvedProviderConfig } from "../config/resolved.js";
import type { ProgressListener } from "../config/types.js";
import { inspectModel } from "../inspect.js";
import type { NativeTemplateFeatures } from "../native/binding.js";
import { lookAtFile, lookAtModel, nameOfRepository } from "../runtime/look-at-model.js";
import { nativeRuntime } from "../runtime/native-runtime.js";
import { readHeaders } from "../runtime/read-headers.js";
import { projectorSenses, type Senses } from "../runtime/senses.js";
import { collectCheckpoint } from "./collect-checkpoint.js";
import { collectGguf } from "./collect-gguf.js";
import type { Evidence, TemplateFeatures } from "./evidence.js";
import type { ModelFiles } from "./model-files.js";
import { mentionsThoughts } from "./template-text.js";

// Nobody gives up.
const NEVER = new AbortController().signal;

// What may be read as a text; tokenizers of large vocabularies are beyond it.
const MAX_TEXT_BYTES = 16 * 1024 * 1024;
const FOLDERS = ["1_Pooling"];

/** Who may give up, and who watches what is fetched from the Hub. */
export interface CollectOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** What the facts are wanted of: the options of a provider. */
export type CollectedModel = Pick<ResolvedProviderConfig, "model" | "mmproj" | "hub">;

/**
 * The facts about a model, from headers and small files: no weights are read, and of a
 * repository of the Hub none are downloaded.
 *
 * @throws what `locateModel` throws
 */
export async function collectModel(
  { model, mmproj, hub }: CollectedModel,
  { signal = NEVER, onProgress }: CollectOptions = {},
): Promise<Evidence> {
  const locating = { hub, signal, onProgress };
  return await lookAtModel(model, locating, async ({ path, isCheckpoint, projector, url }) => {
    if (isCheckpoint) {
      const name = url === undefined ? basename(path) : nameOfRepository(url);
      return await collectCheckpoint(new FolderFiles(path, name), tryTemplate);
    }
    const collect = async (named?: string): Promise<Evidence> => {
      const senses = sensesOf(await projectorSenses(path, named, projector));
      return await collectGguf(basename(path), await inspectModel(path), senses, tryTemplate);
    };
    return mmproj === undefined
      ? await collect()
      : await lookAtFile(mmproj, "file", locating, collect);
  });
}

function sensesOf({
  vision,
  hearing,
  pictureProblem,
  soundProblem,
}: Senses): Pick<Evidence, "vision" | "audio"> {
  return {
    vision: senseOf(vision !== undefined, pictureProblem),
    audio: senseOf(hearing !== undefined, soundProblem),
  };
}

function senseOf(isServed: boolean, problem: string | undefined): Evidence["vision"] {
  return isServed || problem !== undefined ? { type: undefined, isServed } : undefined;
}

/** The files of a checkpoint's folder. */
class FolderFiles implements ModelFiles {
  readonly name: string;
  readonly #path: string;

  constructor(path: string, name: string) {
    this.#path = path;
    this.name = name;
  }

  async list(): Promise<readonly string[]> {
    const names = await readdir(this.#path);
    const inner = await Promise.all(
      FOLDERS.map(async (folder) =>
        (await readdir(join(this.#path, folder)).catch(() => [])).map(
          (name) => `${folder}/${name}`,
        ),
      ),
    );
    return [...names, ...inner.flat()];
  }

  async readText(file: string): Promise<string | undefined> {
    const path = join(this.#path, file);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || found.size > MAX_TEXT_BYTES) return undefined;
    return await readText(path);
  }

  async countParameters(): Promise<number | undefined> {
    const files = await this.#weights();
    if (files.length === 0) return undefined;
    const tensors = await readHeaders(files);
    return tensors.reduce(
      (sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1),
      0,
    );
  }

  async #weights(): Promise<string[]> {
    const names = await readdir(this.#path);
    if (names.includes("model.safetensors")) return [join(this.#path, "model.safetensors")];
    const index = "model.safetensors.index.json";
    const listed = await readJsonObject(join(this.#path, index));
    if (listed === undefined) return [];
    const shards = shardNames(listed, join(this.#path, index));
    // Those that are not here are for loading to miss.
    return shards.every((name) => names.includes(name))
      ? shards.map((name) => join(this.#path, name))
      : [];
  }
}

/** By the engine, on a thread of its own. A template that it refuses has no features. */
export async function tryTemplate(source: string): Promise<TemplateFeatures | undefined> {
  const native = await nativeRuntime()
    .binding.tryTemplate(source)
    .catch((): NativeTemplateFeatures | undefined => undefined);
  return native === undefined ? undefined : toFeatures(native, source);
}

function toFeatures(native: NativeTemplateFeatures, source: string): TemplateFeatures {
  const { thinkingSwitch, thinkingOpened, reasoningEffort, reasoningHistory } = native;
  const control = thinkingSwitch
    ? "enable_thinking"
    : reasoningEffort
      ? "reasoning_effort"
      : undefined;
  const acts = thinkingSwitch || thinkingOpened || reasoningEffort || reasoningHistory;
  return {
    tried: true,
    system: native.systemRole,
    tools: native.tools,
    parallelTools: native.parallelToolCalls,
    thinking: acts || mentionsThoughts(source),
    ...(control === undefined ? {} : { thinkingControl: control }),
  };
}
