import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Runs a measuring script in a process of its own and returns the JSON that it prints. */
export async function measure(script, args = []) {
  const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
  return JSON.parse(await run(process.execPath, [path, ...args]));
}

/** Runs a program and returns its standard output. */
export function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (errors += data));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(" ")}: ${signal ?? code}\n${errors}`));
    });
  });
}
