// npm run engine: the engine's sources, as native/engine.json pins them.
import { engineDir, ensureEngine } from "./lib/engine-source.mjs";
import { main } from "./lib/main.mjs";
import { checkNode } from "./lib/tools.mjs";

await main(() => {
  checkNode();
  ensureEngine();
  console.log(`The engine is in ${engineDir()}`);
});
