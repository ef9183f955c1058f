import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { passThrough } from "./command.mjs";
import { inRoot } from "./paths.mjs";
import { readStamp } from "./stamp.mjs";

/**
 * Runs the tests that .mocharc.json names. A run that dies before its end, or has
 * no test in it, counts as one failure.
 */
export async function runMocha(args = []) {
  const temp = fs.mkdtempSync(path.join(os.tmpdir(), "abstractllm-mocha-"));
  const file = path.join(temp, "counts.json");
  try {
    const mocha = inRoot("node_modules", "mocha", "bin", "mocha.js");
    const reporter = inRoot("scripts", "lib", "mocha-reporter.mjs");
    const env = { ...process.env, ABSTRACTLLM_MOCHA_COUNTS: file };
    const command = [mocha, "--reporter", reporter, ...args];
    const code = await passThrough(process.execPath, command, { env });
    const counts = readStamp(file);
    if (!counts || counts.passed + counts.failed === 0) {
      console.error(counts ? "mocha ran no tests" : "mocha ended before its tests did");
      return { passed: 0, failed: 1 };
    }
    const failed = code !== 0 && counts.failed === 0 ? 1 : counts.failed;
    return { passed: counts.passed, failed };
  } finally {
    fs.rmSync(temp, { recursive: true, force: true });
  }
}
