// npm run test:runtimes: the package in worker threads, Bun and Deno, and what Electron
// needs of it. The runtimes come from npm, into a temp folder.
import fs from "node:fs";
import path from "node:path";
import { exportedSymbols, hostSymbols } from "./lib/addon-symbols.mjs";
import { build } from "./lib/build.mjs";
import { capture, captureOrFail, npmCommand, which } from "./lib/command.mjs";
import { Checks, reportCounts } from "./lib/counts.mjs";
import { main } from "./lib/main.mjs";
import { inRoot } from "./lib/paths.mjs";
import { withTempFolder } from "./lib/sandbox.mjs";

const versions = { bun: "1", deno: "2" };
const suffix = process.platform === "win32" ? ".exe" : "";
const timeoutMs = 120_000;

const smoke = inRoot("scripts", "lib", "smoke.mjs");
const smokeWorkers = inRoot("scripts", "lib", "smoke-workers.mjs");
const packageMain = inRoot("lib", "index.js");

function run(command, args) {
  const result = capture(command, args, { timeoutMs });
  if (result.status !== 0) throw new Error(`${result.stdout}\n${result.stderr}`.trim());
  return result.stdout.trim().split("\n").at(-1);
}

/**
 * Both ship their program inside a package of the platform's own; their install
 * scripts, which could download it, are not run.
 */
function installRuntime(folder, name) {
  fs.writeFileSync(path.join(folder, "package.json"), "{}");
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", `${name}@${versions[name]}`];
  const [npm, args] = npmCommand("install", ...options);
  captureOrFail(npm, args, { cwd: folder });
  const scope = path.join(folder, "node_modules", name === "bun" ? "@oven" : "@deno");
  const inner = name === "bun" ? path.join("bin", `bun${suffix}`) : `deno${suffix}`;
  const programs = fs.readdirSync(scope).map((entry) => path.join(scope, entry, inner));
  // On x64 Bun has two: one for all CPUs, one for those with AVX2.
  const program = programs.find((file) => capture(file, ["--version"]).status === 0);
  if (!program) throw new Error(`no ${name} program for this machine in ${programs}`);
  return program;
}

async function checkNode(checks) {
  await checks.run("Node.js", () => run(process.execPath, [smoke, packageMain]));
  await checks.run("Node.js worker threads", () =>
    run(process.execPath, [smokeWorkers, packageMain]),
  );
}

async function checkBun(checks, folder) {
  let bun;
  await checks.run("Bun from npm", () => run((bun = installRuntime(folder, "bun")), ["--version"]));
  if (!bun) return;
  await checks.run("Bun", () => run(bun, [smoke, packageMain]));
  await checks.run("Bun worker threads", () => run(bun, [smokeWorkers, packageMain]));
}

async function checkDeno(checks, folder) {
  let deno;
  await checks.run("Deno from npm", () =>
    run((deno = installRuntime(folder, "deno")), ["--version"]),
  );
  if (!deno) return;
  const args = ["run", "--allow-all", "--node-modules-dir=manual"];
  await checks.run("Deno", () => run(deno, [...args, smoke, packageMain]));
  await checks.run("Deno worker threads", () => run(deno, [...args, smokeWorkers, packageMain]));
}

/**
 * Electron's npm package downloads its program, so it is not run here. What it asks
 * of an addon is that it takes nothing from its host but Node-API.
 */
async function checkElectron(checks) {
  const addon = inRoot("build", "Release", "abstractllm.node");
  if (process.platform !== "linux" || !which("nm")) {
    checks.skip("Electron", "its program is a download, and nm is needed to look at symbols");
    return;
  }
  await checks.run("Electron: the addon takes only Node-API from its host", () => {
    const { nodeApi, others } = hostSymbols(addon);
    if (others.length > 0) throw new Error(others.slice(0, 10).join("\n"));
    return `${nodeApi.length} symbols`;
  });
  await checks.run("the addon offers only its registration", () => {
    const registration = /^(napi_register_module_v|node_api_module_get_api_version_v)\d+$/;
    const strange = exportedSymbols(addon).filter((name) => !registration.test(name));
    if (strange.length > 0) throw new Error(`${strange.length}: ${strange.slice(0, 5).join(" ")}`);
  });
}

await main(async () => {
  await build();
  const checks = new Checks();
  await checkNode(checks);
  for (const check of [checkBun, checkDeno]) {
    await withTempFolder((folder) => check(checks, folder));
  }
  await checkElectron(checks);
  reportCounts([checks]);
});
