import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const EMBEDDED_MODEL = fileURLToPath(
  new URL("../../models/ember/model.gguf", import.meta.url),
);

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

/** The embedded model without its chat template: a base model. */
export async function writeBaseModel(file: string): Promise<void> {
  const bytes = await readFile(EMBEDDED_MODEL);
  const key = "tokenizer.chat_template";
  const at = bytes.indexOf(key);
  assert.ok(at > 0 && bytes.indexOf(key, at + 1) === -1);
  // A name of the same length, which means nothing, moves no byte of the file.
  bytes.write("tokenizer.chat_templatE", at);
  await writeFile(file, bytes);
}
