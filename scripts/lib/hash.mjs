import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { root } from "./paths.mjs";

/** Every file below a folder, sorted, as absolute paths; `skip` names folders to leave out. */
export function listFiles(folder, skip = []) {
  const files = [];
  const entries = fs.existsSync(folder) ? fs.readdirSync(folder, { withFileTypes: true }) : [];
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (!entry.isDirectory()) files.push(file);
    else if (!skip.includes(entry.name)) files.push(...listFiles(file, skip));
  }
  return files.sort();
}

/** One hash over the names and contents of files. */
export function hashFiles(files) {
  const hash = crypto.createHash("sha256");
  for (const file of files) {
    const content = fs.readFileSync(file);
    hash.update(`${path.relative(root, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

export function hashText(text) {
  return crypto.createHash("sha256").update(text).digest("hex");
}
