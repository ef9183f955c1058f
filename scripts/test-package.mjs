// npm run test:package: packs the package with the prebuilds that are there, installs it
// where there is no compiler, no network and no right to write, and lets it generate.
import fs from "node:fs";
import path from "node:path";
import { capture, captureOrFail, npmCommand, which } from "./lib/command.mjs";
import { Checks, reportCounts } from "./lib/counts.mjs";
import { Failure, main } from "./lib/main.mjs";
import { ensurePackages } from "./lib/packages.mjs";
import { inRoot } from "./lib/paths.mjs";
import { portableTarget } from "./lib/portable-target.mjs";
import {
  asNobody,
  pathWithoutCompilers,
  setWritable,
  withTempFolder,
  withoutNetwork,
} from "./lib/sandbox.mjs";
import { tarEntries } from "./lib/tarball.mjs";
import { ensureTypescript } from "./lib/typescript.mjs";

const sizeLimit = 40e6;
const allowed = /^package\/(lib|models|prebuilds)\/|^package\/[^/]+\.(json|md)$|^package\/LICENSE$/;

function pack(folder) {
  const [npm, args] = npmCommand("pack", "--silent", "--pack-destination", folder);
  captureOrFail(npm, args);
  return path.join(
    folder,
    fs.readdirSync(folder).find((name) => name.endsWith(".tgz")),
  );
}

/** Bytes that a user of one platform gets: what all share, and that platform's prebuilds. */
function sizesByPlatform(entries) {
  const sizes = new Map();
  let shared = 0;
  for (const { name, size } of entries) {
    const platform = /^package\/prebuilds\/([^/]+)\//.exec(name)?.[1];
    if (platform) sizes.set(platform, (sizes.get(platform) ?? 0) + size);
    else shared += size;
  }
  return new Map([...sizes].map(([platform, size]) => [platform, size + shared]));
}

async function checkContents(checks, entries) {
  const files = entries.filter((entry) => entry.type === "0");
  await checks.run("the tarball has only what users need", () => {
    const strange = files.map((entry) => entry.name).filter((name) => !allowed.test(name));
    if (strange.length > 0) throw new Error(strange.slice(0, 10).join("\n"));
    return `${files.length} files`;
  });
  await checks.run("nothing runs at install", () => {
    const { content } = files.find((entry) => entry.name === "package/package.json");
    const { scripts = {} } = JSON.parse(content.toString());
    const hooks = ["preinstall", "install", "postinstall", "prepare"];
    const found = hooks.filter((name) => name in scripts);
    if (found.length > 0) throw new Error(`package.json has ${found.join(", ")}`);
    if (files.some((entry) => entry.name.endsWith("binding.gyp"))) throw new Error("binding.gyp");
  });
  await checks.run("the types need no package that is not installed", () => {
    const types = files.filter(({ name }) => name.endsWith(".d.ts"));
    const found = types.filter(({ content }) => /\bzod\b/i.test(content.toString()));
    if (found.length > 0) throw new Error(found.map(({ name }) => name).join("\n"));
    return `${types.length} files without zod`;
  });
  for (const [platform, size] of sizesByPlatform(files)) {
    await checks.run(`${platform} stays under ${sizeLimit / 1e6} MB unpacked`, () => {
      const megabytes = `${(size / 1e6).toFixed(2)} MB`;
      if (size >= sizeLimit) throw new Error(megabytes);
      return megabytes;
    });
  }
}

function install(tarball, folder, env) {
  fs.mkdirSync(folder);
  const manifest = { name: "app", version: "1.0.0", private: true, type: "module" };
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  const options = ["--ignore-scripts", "--no-audit", "--no-fund"];
  const [npm, args] = npmCommand("install", ...options, tarball);
  captureOrFail(npm, args, { cwd: folder, env });
}

async function checkInstalled(checks, app, env) {
  const prefix = withoutNetwork();
  const run = (args, settings = {}) => {
    const command = [...(settings.online ? [] : (prefix ?? [])), process.execPath, ...args];
    const result = capture(command[0], command.slice(1), { cwd: app, env, ...settings });
    if (result.status !== 0) throw new Error(result.stderr || result.stdout);
    return result.stdout.trim();
  };
  const smoke = path.join(app, "smoke.mjs");
  fs.copyFileSync(inRoot("scripts", "lib", "smoke.mjs"), smoke);
  await checks.run("there is no compiler on the PATH", () => {
    const before = process.env.PATH;
    process.env.PATH = env.PATH;
    try {
      const found = ["gcc", "g++", "cc", "c++", "clang", "cmake", "make"].filter(which);
      if (found.length > 0) throw new Error(found.join(", "));
    } finally {
      process.env.PATH = before;
    }
  });
  await checks.run("generates with the embedded model, by import", () => {
    const output = run([smoke, "abstractllm"]);
    return `${output}; ${prefix ? "no network" : "could not take the network away"}`;
  });
  await checks.run("generates by require", () => run(["--input-type=commonjs", "-e", requireTest]));
  await checks.run("the subpaths and the command line are there", () => {
    run(["--input-type=module", "-e", subpathTest]);
    return run([
      path.join(app, "node_modules", "abstractllm", "lib", "cli", "main.js"),
      "--version",
    ]);
  });
  await checks.run("its types satisfy the compiler in a project of its own", () => {
    const file = path.join(app, "types.mts");
    fs.writeFileSync(file, typesTest);
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022"];
    const types = ["--typeRoots", inRoot("node_modules", "@types"), "--types", "node"];
    const compiler = inRoot("node_modules", "typescript", "bin", "tsc");
    const result = capture(process.execPath, [compiler, ...options, ...types, file], { cwd: app });
    if (result.status !== 0) throw new Error(result.stdout);
  });
  if (process.platform === "win32") return;
  await checks.run("works in a folder that it must not write to", () => {
    setWritable(app, false);
    // Without the network prefix: nobody may not use unshare.
    return run([smoke, "abstractllm"], { online: true, ...asNobody() });
  });
}

const requireTest = `
  const { HuggingFaceProvider } = require("abstractllm");
  const llm = new HuggingFaceProvider({ temperature: 0, max_tokens: 8 });
  llm.generate("Hello").then(async (text) => {
    if (text.length === 0) throw new Error("no text");
    await llm.cleanup();
  });`;

const subpathTest = `
  const { ModelParameter } = await import("abstractllm/enums");
  const { AbstractLLMError } = await import("abstractllm/exceptions");
  if (!ModelParameter.MODEL || !AbstractLLMError) throw new Error("missing exports");`;

const typesTest = `
  import { HuggingFaceProvider, inspectModel, listDevices, type Device } from "abstractllm";
  import { ModelParameter } from "abstractllm/enums";
  import { AbstractLLMError } from "abstractllm/exceptions";
  const options = ({ id }: Device) => ({ device_map: id, [ModelParameter.TEMPERATURE]: 0 });
  for (const device of listDevices()) {
    await using llm = new HuggingFaceProvider(options(device));
    for await (const piece of llm.generate("Hello")) process.stdout.write(piece);
  }
  const { architecture } = await inspectModel(new URL("file:///model.gguf"));
  console.log(architecture?.length, AbstractLLMError.name);`;

await main(async () => {
  const target = portableTarget();
  if (!fs.existsSync(target.prebuilds)) {
    throw new Failure(`No prebuilds for ${target.name}: run \`npm run prebuild\` first`);
  }
  await ensurePackages();
  await ensureTypescript();
  const checks = new Checks();
  await withTempFolder(async (temp) => {
    const tarball = pack(temp);
    await checkContents(checks, [...tarEntries(tarball)]);
    const app = path.join(temp, "app");
    const env = {
      PATH: pathWithoutCompilers(path.join(temp, "bin")),
      HOME: temp,
      npm_config_cache: path.join(temp, "cache"),
      // Neither npm's settings of the machine nor ours of this checkout, but its registry.
      npm_config_registry: captureOrFail(...npmCommand("config", "get", "registry")).trim(),
    };
    if (process.platform === "win32") Object.assign(env, { SystemRoot: process.env.SystemRoot });
    await checks.run("installs with --ignore-scripts and an empty cache", () =>
      install(tarball, app, env),
    );
    if (fs.existsSync(path.join(app, "node_modules"))) await checkInstalled(checks, app, env);
  });
  reportCounts([checks]);
});
