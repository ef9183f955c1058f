import assert from "node:assert/strict";
import { copyFile, mkdir, readdir, symlink } from "node:fs/promises";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CHILD_TIMEOUT_MS, PACKAGE_MAIN, runChild } from "../helpers/child.js";
import { useTempFolder } from "../helpers/gguf.js";
import { answerTo } from "../helpers/reference.js";

const child = (name: string): URL => new URL(`./children/${name}.mjs`, import.meta.url);

/** Runs a child that ends well and without a word on stderr, and parses what it says. */
async function outputOf(name: string, ...args: string[]): Promise<unknown> {
  const outcome = await runChild(child(name), args);
  const { hung, signal, code, stderr } = outcome;
  assert.deepEqual(
    { hung, signal, code, stderr },
    { hung: false, signal: null, code: 0, stderr: "" },
  );
  return JSON.parse(outcome.stdout);
}

async function copyAll(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  if (!statSync(from).isDirectory()) {
    await copyFile(from, to);
    return;
  }
  for (const name of await readdir(from)) await copyAll(join(from, name), join(to, name));
}

describe("the addon", function () {
  this.timeout(CHILD_TIMEOUT_MS);
  const folder = useTempFolder();

  it("is loaded by the first call that needs it, and by nothing before", async () => {
    assert.deepEqual(await outputOf("import-only", PACKAGE_MAIN), {
      before: 0,
      imported: 0,
      constructed: 0,
      refused: 0,
      loaded: 1,
    });
  });

  it("serves two workers and the main thread at once", async () => {
    const texts = ["Hello", "Who are you?", "What is the capital of France?"].map(answerTo);
    assert.deepEqual(await outputOf("two-workers", PACKAGE_MAIN), {
      first: { code: 0, texts },
      second: { code: 0, texts },
      own: texts,
      again: texts,
    });
  });

  it("may be in a process twice, from two copies of the package", async () => {
    const root = fileURLToPath(new URL("../../", import.meta.url));
    const copy = join(folder(), "abstractllm");
    await mkdir(copy);
    // Copies, not links: a linked file would be the same one to the loader.
    for (const part of ["package.json", "lib", "models", "prebuilds", "build/Release"]) {
      if (existsSync(join(root, part))) await copyAll(join(root, part), join(copy, part));
    }
    await symlink(join(root, "node_modules"), join(copy, "node_modules"), "junction");
    const copyMain = pathToFileURL(join(copy, "lib", "index.js")).href;
    assert.deepEqual(await outputOf("two-copies", PACKAGE_MAIN, copyMain), {
      texts: [answerTo("Who are you?"), answerTo("Who are you?"), answerTo("Hello")],
      addons: 2,
      errors: { own: true, other: true, instance: false },
    });
  });
});
