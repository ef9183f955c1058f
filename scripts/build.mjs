// npm run compile: everything that running and testing from a checkout needs.
import { build } from "./lib/build.mjs";
import { main } from "./lib/main.mjs";

await main(async () => {
  const changed = await build();
  console.log(changed ? "Built." : "Everything is up to date.");
});
