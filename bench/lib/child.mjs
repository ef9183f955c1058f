import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Nothing here takes so long; what does hangs. */
const LIMIT_MS = 20 * 60_000;
const GRACE_MS = 5000;

/** Runs a program of children/ in a process of its own; returns the JSON of its last line. */
export async function measure(script, input) {
  const path = fileURLToPath(new URL(`../children/${script}`, import.meta.url));
  const output = await run(process.execPath, [path, JSON.stringify(input)]);
  return JSON.parse(output.trim().split("\n").at(-1));
}

/** Runs a program and returns its standard output. */
export function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    const stopTimers = endAfter(child, LIMIT_MS);
    let output = "";
    let errors = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (errors = (errors + data).slice(-4000)));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      stopTimers();
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ended with ${signal ?? code}\n${errors}`));
    });
  });
}

/** Asks the child to end after a time, then makes it; returns a function that does not. */
function endAfter(child, ms) {
  const timers = [
    setTimeout(() => child.kill("SIGTERM"), ms),
    setTimeout(() => child.kill("SIGKILL"), ms + GRACE_MS),
  ];
  return () => timers.forEach(clearTimeout);
}
