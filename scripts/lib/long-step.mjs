import fs from "node:fs";
import path from "node:path";
import { eachLine } from "./command.mjs";
import { Failure } from "./main.mjs";
import { Progress } from "./progress.mjs";
import { root } from "./paths.mjs";

const tailLines = 40;

/** Ninja's "[12/345]" or make's "[ 34%]" at the start of a line, as [done, total]. */
export function parseProgress(line) {
  const steps = /^\[\s*(\d+)\/(\d+)\]/.exec(line);
  if (steps) return [Number(steps[1]), Number(steps[2])];
  const percent = /^\[\s*(\d+)%\]/.exec(line);
  return percent ? [Number(percent[1]), 100] : undefined;
}

/**
 * Runs a command that may take minutes: its output goes to a log file, how far it
 * is to the terminal, and the end of the log as well if it fails.
 */
export async function longStep(title, command, args, { log, ...settings }) {
  fs.mkdirSync(path.dirname(log), { recursive: true });
  const file = fs.openSync(log, "a");
  fs.writeSync(file, `\n$ ${command} ${args.join(" ")}\n`);
  const progress = new Progress(title);
  const tail = [];
  const onLine = (line) => {
    fs.writeSync(file, `${line}\n`);
    tail.push(line);
    if (tail.length > tailLines) tail.shift();
    const step = parseProgress(line);
    if (step) progress.update(...step);
  };
  try {
    const code = await eachLine(command, args, onLine, settings);
    progress.finish(code === 0 ? "done" : "failed");
    if (code !== 0) {
      const where = path.relative(root, log);
      throw new Failure(`${tail.join("\n")}\n${title}: failed (the whole log is in ${where})`);
    }
  } finally {
    fs.closeSync(file);
  }
}
