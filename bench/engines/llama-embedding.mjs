import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { run } from "../lib/child.mjs";

export function open({ model, tools, threads, context }) {
  /** Milliseconds from the program's start to its end. */
  async function timeOf(texts, folder) {
    const file = path.join(folder, "texts.txt");
    fs.writeFileSync(file, texts.join("\n"));
    const batch = ["-c", String(context), "-b", "2048", "-ub", "2048"];
    const start = performance.now();
    await run(tools.llamaEmbedding, ["-m", model, "-f", file, "-t", String(threads), ...batch]);
    return performance.now() - start;
  }
  return {
    async embedRate(texts) {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "abstractllm-bench-"));
      try {
        await timeOf(texts.slice(0, 1), folder); // reads the model into the file cache
        const one = await timeOf(texts.slice(0, 1), folder);
        const all = await timeOf(texts, folder);
        // Too few texts, and starting the program takes longer than they do.
        return all > one ? ((texts.length - 1) / (all - one)) * 1000 : NaN;
      } finally {
        fs.rmSync(folder, { recursive: true, force: true });
      }
    },
    close: () => undefined,
  };
}
