import fs from "node:fs";
import path from "node:path";
import { listFiles } from "./hash.mjs";

const specifier = /(?:from|import)\s*\(?\s*"(\.[^"]+)\.js"/g;

/**
 * Removes the .d.ts files that no entry leads to: they describe the inside, and some of
 * them import what users do not have.
 */
export function pruneDeclarations(folder, entries) {
  const reachable = new Set();
  const visit = (file) => {
    if (reachable.has(file)) return;
    reachable.add(file);
    for (const [, target] of fs.readFileSync(file, "utf8").matchAll(specifier)) {
      visit(path.resolve(path.dirname(file), `${target}.d.ts`));
    }
  };
  for (const entry of entries) visit(path.join(folder, `${entry}.d.ts`));
  for (const file of listFiles(folder)) {
    if (file.endsWith(".d.ts") && !reachable.has(path.resolve(file))) fs.rmSync(file);
  }
}
