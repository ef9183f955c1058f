// npm start: builds what is missing, then lets the embedded model answer.
import { build } from "./lib/build.mjs";
import { passThrough } from "./lib/command.mjs";
import { main } from "./lib/main.mjs";
import { inRoot } from "./lib/paths.mjs";

const story = "Tell me a story.";

await main(async () => {
  await build();
  const given = process.argv.slice(2);
  const args = given.length > 0 ? given : [story];
  // Ctrl+C reaches the command line too, which decides what it means.
  process.on("SIGINT", () => {});
  const cli = inRoot("lib", "cli", "main.js");
  process.exitCode = await passThrough(process.execPath, [cli, "run", ...args]);
});
