// prebuildify starts this in place of node-gyp, as `... rebuild --arch=x64 ...` and
// several options that only node-gyp knows.
import { main } from "./main.mjs";
import { buildPortable } from "./portable-build.mjs";
import { portableTarget } from "./portable-target.mjs";

await main(async () => {
  const arch = process.argv.find((argument) => argument.startsWith("--arch="));
  await buildPortable(portableTarget(arch?.slice("--arch=".length)), "abstractllm");
});
