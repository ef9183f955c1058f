import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { capture, captureOrFail, npmCommand } from "./command.mjs";
import { Failure } from "./main.mjs";
import { inRoot } from "./paths.mjs";
import { Progress } from "./progress.mjs";
import { readStamp, writeStamp } from "./stamp.mjs";
import { tarEntries } from "./tarball.mjs";

const vendor = inRoot("native", "vendor");
const tree = path.join(vendor, "llama.cpp");
// Beside the tree, not in it: ggml's CMake asks git whether the tree is changed.
const stampFile = path.join(vendor, "llama.cpp.stamp");

export const engine = JSON.parse(fs.readFileSync(inRoot("native", "engine.json"), "utf8"));

/** Where the engine's sources are: our own copy, or the checkout that a developer names. */
export function engineDir() {
  return process.env.ABSTRACTLLM_ENGINE_DIR
    ? path.resolve(process.env.ABSTRACTLLM_ENGINE_DIR)
    : tree;
}

export function engineIsCurrent() {
  if (process.env.ABSTRACTLLM_ENGINE_DIR) {
    if (!fs.existsSync(path.join(engineDir(), "include", "llama.h"))) {
      throw new Failure(`ABSTRACTLLM_ENGINE_DIR: no include/llama.h in ${engineDir()}`);
    }
    return true;
  }
  return readStamp(stampFile)?.commit === engine.commit && fs.existsSync(tree);
}

/** Makes native/vendor/llama.cpp what native/engine.json pins. */
export function ensureEngine() {
  if (engineIsCurrent()) return;
  if (fs.existsSync(tree) && isPinnedAndClean()) {
    stamp();
    return;
  }
  const progress = new Progress(`Unpacking ${engine.name} ${engine.tag}`);
  const temp = fs.mkdtempSync(path.join(os.tmpdir(), "abstractllm-engine-"));
  const incoming = path.join(vendor, `.incoming-${process.pid}`);
  try {
    const bundle = extractBundle(download(temp), temp);
    fs.mkdirSync(vendor, { recursive: true });
    clone(bundle, incoming);
    replaceTree(incoming);
    stamp();
  } catch (error) {
    progress.finish("failed");
    throw error;
  } finally {
    fs.rmSync(temp, { recursive: true, force: true });
    fs.rmSync(incoming, { recursive: true, force: true });
  }
  progress.finish();
}

function stamp() {
  writeStamp(stampFile, { tag: engine.tag, commit: engine.commit });
}

function git(folder, ...args) {
  // A git hook that starts a build sets these, and they would point at our own repository.
  const env = { ...process.env };
  for (const name of ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"]) delete env[name];
  // In a container the tree may belong to another user, which git refuses otherwise.
  return capture("git", ["-c", "safe.directory=*", "-C", folder, ...args], { env });
}

/** A tree without a stamp: was it cloned by hand from the same commit and left alone? */
function isPinnedAndClean() {
  if (!fs.existsSync(path.join(tree, ".git"))) throw foreignTree("is not a git checkout");
  const status = git(tree, "status", "--porcelain");
  if (status.status !== 0) throw foreignTree("cannot be read by git");
  if (status.stdout.trim() !== "") throw foreignTree("has local changes");
  return git(tree, "rev-parse", "HEAD").stdout.trim() === engine.commit;
}

function foreignTree(why) {
  return new Failure(
    `native/vendor/llama.cpp ${why}: delete it, or keep your tree elsewhere and ` +
      "name it with ABSTRACTLLM_ENGINE_DIR",
  );
}

/** The npm client decides which registry it asks, so none is named here. */
function download(folder) {
  const spec = `${engine.package}@${engine.version}`;
  const [npm, args] = npmCommand("pack", spec, "--silent", "--pack-destination", folder);
  captureOrFail(npm, args, { cwd: folder });
  const name = fs.readdirSync(folder).find((file) => file.endsWith(".tgz"));
  if (!name) throw new Failure(`npm pack ${spec} left no tarball`);
  const tarball = path.join(folder, name);
  const digest = crypto.createHash("sha512").update(fs.readFileSync(tarball)).digest("base64");
  if (`sha512-${digest}` !== engine.integrity) {
    throw new Failure(
      `${spec} is sha512-${digest}, but native/engine.json pins ${engine.integrity}`,
    );
  }
  return tarball;
}

function extractBundle(tarball, folder) {
  for (const entry of tarEntries(tarball)) {
    if (entry.name !== `package/${engine.bundle}` || entry.type !== "0") continue;
    const bundle = path.join(folder, "engine.bundle");
    fs.writeFileSync(bundle, entry.content);
    return bundle;
  }
  throw new Failure(`${engine.package}@${engine.version} has no ${engine.bundle}`);
}

function clone(bundle, folder) {
  fs.rmSync(folder, { recursive: true, force: true });
  const options = [
    "-c",
    "core.autocrlf=false",
    "-c",
    "core.longpaths=true",
    "-c",
    "advice.detachedHead=false",
  ];
  const result = git(vendor, ...options, "clone", "--quiet", bundle, folder);
  if (result.status !== 0) throw new Failure(`git clone of the engine failed:\n${result.stderr}`);
  const head = git(folder, "rev-parse", "HEAD").stdout.trim();
  if (head !== engine.commit) {
    throw new Failure(
      `The engine's bundle is at ${head}, but native/engine.json pins ${engine.commit}`,
    );
  }
}

/** Renames, so that an interrupted run never leaves half a tree. */
function replaceTree(incoming) {
  const old = path.join(vendor, `.old-${process.pid}`);
  if (fs.existsSync(tree)) fs.renameSync(tree, old);
  fs.renameSync(incoming, tree);
  fs.rmSync(old, { recursive: true, force: true });
}
