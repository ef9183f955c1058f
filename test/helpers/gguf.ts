import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HuggingFaceProvider } from "../../src/index.js";

/** The folder of the embedded model, a Hugging Face checkpoint. */
export const EMBEDDED_MODEL = fileURLToPath(new URL("../../models/ember", import.meta.url));

/** A folder for the tests of a suite, removed after them. */
export function useTempFolder(): () => string {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "abstractllm-test-"));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  return () => folder;
}

/**
 * The embedded model as a GGUF file, for the tests of a suite: what quantising it to q6_k
 * leaves in the cache folder.
 */
export function useEmbeddedGguf(): () => string {
  const folder = useTempFolder();
  let file = "";
  before(async () => {
    await withCacheFolder(folder(), async () => {
      const llm = new HuggingFaceProvider({ quantization: "q6_k", threads: 1 });
      await llm.preload();
      await llm.cleanup();
    });
    const names = await readdir(folder(), { recursive: true });
    const [found = "", ...others] = names.filter((name) => name.endsWith(".gguf"));
    assert.deepEqual(others, []);
    file = join(folder(), found);
  });
  return () => file;
}

/** Works with another cache folder, or one inside of another home. */
export async function withCacheFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const names = ["XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"];
  const before = names.map((name) => process.env[name]);
  for (const name of names) process.env[name] = folder;
  try {
    return await work();
  } finally {
    for (const [index, name] of names.entries()) {
      if (before[index] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[index];
    }
  }
}

/** The embedded model without its chat template: a base model. */
export async function writeBaseModel(folder: string): Promise<void> {
  await mkdir(folder);
  for (const name of await readdir(EMBEDDED_MODEL)) {
    if (name === "chat_template.jinja") continue;
    await copyFile(join(EMBEDDED_MODEL, name), join(folder, name));
  }
}
