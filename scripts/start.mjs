// npm start: builds what is missing, then lets the embedded model answer: what was asked, or
// with a story and what it sees on a picture.
import path from "node:path";
import { build } from "./lib/build.mjs";
import { passThrough } from "./lib/command.mjs";
import { main } from "./lib/main.mjs";
import { inRoot } from "./lib/paths.mjs";

const picture = path.join("test", "fixtures", "ember", "pictures", "2.png");
const shown = [["Tell me a story."], ["Describe this image.", "--file", picture]];

await main(async () => {
  await build();
  const given = process.argv.slice(2);
  const runs = given.length > 0 ? [given] : shown;
  // Ctrl+C reaches the command line too, which decides what it means.
  process.on("SIGINT", () => {});
  const cli = inRoot("lib", "cli", "main.js");
  for (const args of runs) {
    if (args.length > 1 && runs.length > 1) console.log(`\n${args.join(" ")}`);
    process.exitCode = await passThrough(process.execPath, [cli, "run", ...args]);
    if (process.exitCode !== 0) return;
  }
});
