import fs from "node:fs";
import { eachLine } from "./command.mjs";

const summary = /^\d+% tests passed, (\d+) tests failed out of (\d+)$/;

/**
 * Runs the tests of a CMake build folder. A run that ends without ctest's own
 * summary, or without any test, counts as one failure.
 */
export async function runCtest(folder, { env, prefix = [], args = [] } = {}) {
  const command = [...prefix, "ctest", "-C", "Release", "--output-on-failure", ...args];
  let counts;
  const onLine = (line) => {
    console.log(line);
    const match = summary.exec(line.trim());
    if (match) counts = { passed: match[2] - match[1], failed: Number(match[1]) };
  };
  const options = { cwd: folder, env: { ...process.env, ...env } };
  const code = fs.existsSync(folder)
    ? await eachLine(command[0], command.slice(1), onLine, options)
    : 1;
  if (!counts || counts.passed + counts.failed === 0) {
    console.error("ctest ran no tests");
    return { passed: 0, failed: 1 };
  }
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1 };
  return counts;
}
