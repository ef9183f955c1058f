import fs from "node:fs";
import path from "node:path";

/** What a finished step was made from, or undefined when it never finished. */
export function readStamp(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    // Missing or cut off: both mean that the step has to run.
    return undefined;
  }
}

export function writeStamp(file, content) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(content, null, 2) + "\n");
}
