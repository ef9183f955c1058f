import fs from "node:fs";
import path from "node:path";
import { hashFiles, listFiles } from "./hash.mjs";
import { longStep } from "./long-step.mjs";
import { inRoot } from "./paths.mjs";
import { readStamp, writeStamp } from "./stamp.mjs";

const src = inRoot("src");
const lib = inRoot("lib");
const cli = path.join(lib, "cli", "main.js");
// Not in lib/: npm would publish it.
const stampFile = inRoot("build", "typescript.stamp");

const sources = () => listFiles(src).filter((file) => file.endsWith(".ts"));
const inputHash = () => hashFiles([inRoot("tsconfig.json"), ...sources()]);

/** lib/a/b.js for src/a/b.ts; the same name without its endings serves both kinds of output. */
const outputOf = (file) => path.join(lib, path.relative(src, file).replace(/\.ts$/, ""));

export function typescriptIsCurrent() {
  if (readStamp(stampFile)?.input !== inputHash()) return false;
  return sources().every((file) => file.endsWith(".d.ts") || fs.existsSync(`${outputOf(file)}.js`));
}

export async function ensureTypescript() {
  if (typescriptIsCurrent()) return;
  const input = inputHash();
  const compiler = inRoot("node_modules", "typescript", "bin", "tsc");
  await longStep("Compiling TypeScript", process.execPath, [compiler, "--pretty", "false"], {
    log: inRoot("build", "build.log"),
  });
  removeOrphans();
  if (fs.existsSync(cli)) fs.chmodSync(cli, 0o755);
  writeStamp(stampFile, { input });
}

/** Outputs of sources that are gone: the compiler leaves them, and npm would publish them. */
function removeOrphans() {
  const expected = new Set(sources().map(outputOf));
  for (const file of listFiles(lib)) {
    if (!expected.has(file.replace(/(\.d\.ts|\.js)(\.map)?$/, ""))) fs.rmSync(file);
  }
}
