// node scripts/bench-download.mjs [MiB]: downloads from a server of this machine, beside curl;
// ours are verified with SHA-256, once more with curl followed by sha256sum.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { build } from "./lib/build.mjs";
import { Failure, main } from "./lib/main.mjs";
import { inRoot } from "./lib/paths.mjs";

const rounds = 5;

await main(async () => {
  await build();
  const { downloadModel } = await import("../lib/index.js");
  const mib = Math.ceil(Number(process.argv[2] ?? 512) / 64) * 64;
  const server = spawn(
    process.execPath,
    ["--import=tsx", inRoot("test", "hub", "serve-large.ts"), String(mib / 64)],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "abstractllm-bench-"));
  try {
    const [line] = await once(server.stdout.setEncoding("utf8"), "data");
    process.env.HF_ENDPOINT = line.trim();
    const file = path.join(folder, "curl");
    const url = `${process.env.HF_ENDPOINT}/owner/large/resolve/main/large-Q8_0.gguf`;
    const ways = {
      curl: () => run("curl", "-sSL", "-o", file, url),
      "curl, then sha256sum": () => {
        run("curl", "-sSL", "-o", file, url);
        run("sha256sum", file);
      },
      abstractllm: () => downloadModel("owner/large", { cache_dir: folder, token: false }),
    };
    const seconds = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [name, download] of Object.entries(ways)) {
        fs.rmSync(path.join(folder, "models--owner--large"), { recursive: true, force: true });
        fs.rmSync(file, { force: true });
        const begun = performance.now();
        await download();
        seconds[name].push((performance.now() - begun) / 1000);
      }
    }
    const rate = (name) => mib / median(seconds[name]);
    for (const name of Object.keys(ways)) {
      const share = (rate("abstractllm") / rate(name)).toFixed(2);
      console.log(`${name.padEnd(22)} ${rate(name).toFixed(0).padStart(6)} MiB/s   ours: ${share}`);
    }
  } finally {
    server.stdin.end();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (error ?? status !== 0) throw new Failure(`${command} failed: ${error?.message ?? status}`);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
