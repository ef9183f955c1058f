import fs from "node:fs";
import path from "node:path";
import { pruneDeclarations } from "./declarations.mjs";
import { hashFiles, listFiles } from "./hash.mjs";
import { longStep } from "./long-step.mjs";
import { inRoot } from "./paths.mjs";
import { readStamp, writeStamp } from "./stamp.mjs";

const src = inRoot("src");
const lib = inRoot("lib");
const exported = ["index", "enums", "exceptions"];
// The worker is a thread of its own, which src/files starts by its path.
const entries = [...exported, path.join("cli", "main"), path.join("documents", "worker")];
const cli = path.join(lib, "cli", "main.js");
const pdfium = path.join("documents", "pdfium.wasm");
const outputs = [...entries.map((entry) => `${entry}.js`), pdfium];
// Not in lib/: npm would publish it.
const stampFile = inRoot("build", "typescript.stamp");

const sources = () => listFiles(src).filter((file) => file.endsWith(".ts"));
// The lock file stands for the tools and for zod, which is compiled in.
const settings = [
  ...["tsconfig.json", "package-lock.json"],
  ...["scripts/lib/typescript.mjs", "scripts/lib/declarations.mjs"],
];
const inputHash = () => hashFiles([...settings.map((file) => inRoot(file)), ...sources()]);

export function typescriptIsCurrent() {
  if (readStamp(stampFile)?.input !== inputHash()) return false;
  return outputs.every((file) => fs.existsSync(path.join(lib, file)));
}

export async function ensureTypescript() {
  if (typescriptIsCurrent()) return;
  const input = inputHash();
  // Outputs of sources that are gone would be published.
  fs.rmSync(lib, { recursive: true, force: true });
  await declarations();
  await bundle();
  copyPdfium();
  fs.chmodSync(cli, 0o755);
  writeStamp(stampFile, { input });
}

async function declarations() {
  const compiler = inRoot("node_modules", "typescript", "bin", "tsc");
  const args = [compiler, "--pretty", "false", "--emitDeclarationOnly"];
  const log = inRoot("build", "build.log");
  await longStep("Checking TypeScript", process.execPath, args, { log });
  pruneDeclarations(lib, exported);
}

/** What reads PDFs is WebAssembly, and stays a file of its own; its license goes with it. */
function copyPdfium() {
  const source = inRoot("node_modules", "@embedpdf", "pdfium");
  fs.copyFileSync(path.join(source, "dist", "pdfium.wasm"), path.join(lib, pdfium));
  const license = "LICENSE.pdfium";
  fs.copyFileSync(path.join(source, license), path.join(lib, path.dirname(pdfium), license));
}

/**
 * A few files instead of a hundred: finding and linking each costs Node more than
 * running it, and importing the package is to cost its users nothing they notice.
 * zod is bundled, too: what is used of it loads in a fraction of the time of the whole.
 */
async function bundle() {
  const { build } = await import("esbuild");
  await build({
    entryPoints: entries.map((entry) => path.join(src, `${entry}.ts`)),
    outdir: lib,
    outbase: src,
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20.19",
    external: ["node-gyp-build"],
    // zod shares its settings among all copies of it in a process, of whatever version.
    // This one has its own: an application's hooks must not see options, such as token.
    define: { "globalThis.__zod_globalConfig": "{}" },
    logLevel: "warning",
  });
}
