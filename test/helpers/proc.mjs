// What Linux tells of this process.
import fs from "node:fs";

export const hasProc = fs.existsSync("/proc/self/status");

/** How many threads there are, of a name if one is given. */
export function threadCount(name) {
  const tasks = fs.readdirSync("/proc/self/task");
  if (name === undefined) return tasks.length;
  return tasks.filter((task) => nameOf(task) === name).length;
}

function nameOf(task) {
  try {
    return fs.readFileSync(`/proc/self/task/${task}/comm`, "utf8").trim();
  } catch {
    return ""; // it has just ended
  }
}

/** How many files are open, without the one that is read for the answer. */
export function openFiles() {
  return fs.readdirSync("/proc/self/fd").length - 1;
}

/** Memory in use, in KiB. */
export function residentKib() {
  const status = fs.readFileSync("/proc/self/status", "utf8");
  return Number(/VmRSS:\s*(\d+) kB/.exec(status)[1]);
}

/** Waits for a condition, turn by turn; whoever runs this guards against hanging. */
export async function until(condition) {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
