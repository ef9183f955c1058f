import fs from "node:fs";
import { npmCommand } from "./command.mjs";
import { hashFiles } from "./hash.mjs";
import { longStep } from "./long-step.mjs";
import { inRoot } from "./paths.mjs";
import { readStamp, writeStamp } from "./stamp.mjs";

const lockFile = inRoot("package-lock.json");
// What npm itself installed, as a lock file; npm writes it after everything else.
const installedFile = inRoot("node_modules", ".package-lock.json");
const stampFile = inRoot("node_modules", ".abstractllm.stamp");

export function packagesAreCurrent() {
  const lock = hashFiles([lockFile]);
  if (readStamp(stampFile)?.lock === lock && fs.existsSync(installedFile)) return true;
  // Somebody ran npm install by hand: believe what npm wrote down, not file times,
  // which a fresh checkout or a restored cache sets as it likes.
  if (!installedMatchesLock()) return false;
  writeStamp(stampFile, { lock });
  return true;
}

function installedMatchesLock() {
  const installed = readStamp(installedFile)?.packages;
  if (!installed) return false;
  const wanted = JSON.parse(fs.readFileSync(lockFile, "utf8")).packages;
  const same = ([name, entry]) => entry.version === wanted[name]?.version;
  const present = ([name, entry]) => name === "" || entry.optional || name in installed;
  return Object.entries(installed).every(same) && Object.entries(wanted).every(present);
}

export async function ensurePackages() {
  if (packagesAreCurrent()) return;
  const [npm, args] = npmCommand("ci", "--no-audit", "--no-fund");
  await longStep("Installing development packages", npm, args, {
    log: inRoot("build", "npm-ci.log"),
  });
  writeStamp(stampFile, { lock: hashFiles([lockFile]) });
}
