// npm run test:kills [-- N]: builds, and then kills N downloads at random moments.
import { spawnSync } from "node:child_process";
import { build } from "./lib/build.mjs";
import { Failure, main } from "./lib/main.mjs";
import { inRoot } from "./lib/paths.mjs";

await main(async () => {
  await build();
  const script = inRoot("test", "hub", "run-kills.ts");
  const args = ["--import=tsx", script, ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status !== 0) throw new Failure("A download did not survive its kills.");
});
