import { addonIsCurrent, ensureAddon } from "./addon.mjs";
import { engineIsCurrent, ensureEngine } from "./engine-source.mjs";
import { ensurePackages, packagesAreCurrent } from "./packages.mjs";
import { checkTools } from "./tools.mjs";
import { ensureTypescript, typescriptIsCurrent } from "./typescript.mjs";

/**
 * Brings node_modules, the engine's sources, the addon and lib/ up to date.
 * Silent and quick when they are; resolves to whether there was anything to do.
 */
export async function build({ targets = ["abstractllm"] } = {}) {
  const isCurrent =
    packagesAreCurrent() && engineIsCurrent() && addonIsCurrent(targets) && typescriptIsCurrent();
  if (isCurrent) return false;
  checkTools();
  await ensurePackages();
  ensureEngine();
  await ensureAddon(targets);
  await ensureTypescript();
  return true;
}
