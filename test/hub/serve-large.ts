// A fake Hub with one large file, for scripts/bench-download.mjs: prints its address, and ends
// with its stdin.
import { randomBytes } from "node:crypto";
import { FakeHub } from "../helpers/fake-hub/fake-hub.js";

const fake = await FakeHub.start();
const part = randomBytes(64 * 1024 * 1024);
const count = Number(process.argv[2] ?? 8);
fake.add("owner/large", {
  "large-Q8_0.gguf": Buffer.concat(Array.from({ length: count }, () => part)),
});
console.log(fake.endpoint);
process.stdin.resume().once("end", () => void fake.stop());
