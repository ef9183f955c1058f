import fs from "node:fs";
import { npmCommand } from "./command.mjs";
import { hashFiles } from "./hash.mjs";
import { longStep } from "./long-step.mjs";
import { Failure } from "./main.mjs";
import { inRoot } from "./paths.mjs";
import { readStamp, writeStamp } from "./stamp.mjs";

const folder = inRoot("bench");
const manifest = inRoot("bench", "package.json");
const stampFile = inRoot("bench", "node_modules", ".abstractllm.stamp");
const log = inRoot("build-bench", "npm.log");
// Their binaries are optional packages of theirs, one per platform.
const WITH_BINARIES = ["node-llama-cpp", "@fugood/llama.node", "sharp"];

/**
 * Installs the packages of bench/package.json into bench/node_modules: without install
 * scripts, which would download more, and without binaries for GPUs.
 * Resolves to a sentence for people if that is not possible here.
 */
export async function ensureBenchPeers() {
  const wanted = { manifest: hashFiles([manifest]), platform: platformName() };
  if (JSON.stringify(readStamp(stampFile)) === JSON.stringify(wanted)) return undefined;
  try {
    await install("Installing the packages to compare with", []);
    const binaries = WITH_BINARIES.flatMap((name) => binaryPackages(readManifest(name)));
    await install("Installing their binaries", binaries);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return "npm could not install the packages to compare with (build-bench/npm.log says why)";
  }
  writeStamp(stampFile, wanted);
  return undefined;
}

/** The exact version of an installed package, or undefined. */
export function peerVersion(name) {
  return readStamp(inRoot("bench", "node_modules", ...name.split("/"), "package.json"))?.version;
}

/** Those optional dependencies of a package that are for this platform's CPU. */
export function binaryPackages({ optionalDependencies = {} }, platform = platformName()) {
  const [system, cpu] = platform.split("-");
  const systems = { darwin: ["darwin", "mac"], win32: ["win32", "win"] }[system] ?? [system];
  const endings = systems.flatMap((name) => [`${name}-${cpu}`, `${name}-${cpu}-metal`]);
  return Object.entries(optionalDependencies)
    .filter(([name]) => endings.some((ending) => new RegExp(`[/-]${ending}$`).test(name)))
    .map(([name, version]) => `${name}@${version}`);
}

function platformName() {
  return `${process.platform}-${process.arch}`;
}

function readManifest(name) {
  return JSON.parse(
    fs.readFileSync(inRoot("bench", "node_modules", ...name.split("/"), "package.json"), "utf8"),
  );
}

async function install(title, packages) {
  const flags = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund"];
  const lean = ["--omit=optional", "--ignore-scripts"];
  const [npm, args] = npmCommand("install", ...flags, ...lean, ...packages);
  await longStep(title, npm, args, { log, cwd: folder });
}
