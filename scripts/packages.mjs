// The development packages, as package-lock.json pins them; nothing when they are there.
import { main } from "./lib/main.mjs";
import { ensurePackages } from "./lib/packages.mjs";
import { checkNode } from "./lib/tools.mjs";

await main(async () => {
  checkNode();
  await ensurePackages();
});
