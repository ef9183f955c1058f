import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { capture, which } from "./command.mjs";

/** A folder in the OS temp folder that everybody may enter, removed after `body`. */
export async function withTempFolder(body) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "abstractllm-test-"));
  fs.chmodSync(folder, 0o755);
  try {
    return await body(folder);
  } finally {
    setWritable(folder, true);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes a whole folder read-only, or writable again. */
export function setWritable(folder, writable) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isSymbolicLink()) continue;
    if (entry.isDirectory()) setWritable(file, writable);
    else fs.chmodSync(file, writable ? 0o644 | executable(file) : 0o444 | executable(file));
  }
  fs.chmodSync(folder, writable ? 0o755 : 0o555);
}

const executable = (file) => fs.statSync(file).mode & 0o111;

/** A PATH on which there is Node and npm but no compiler. */
export function pathWithoutCompilers(folder) {
  if (process.platform === "win32") return path.dirname(process.execPath);
  fs.mkdirSync(folder);
  fs.symlinkSync(process.execPath, path.join(folder, "node"));
  fs.symlinkSync("/bin/sh", path.join(folder, "sh"));
  return folder;
}

/** A prefix that takes the network away from a command, where the system lets us. */
export function withoutNetwork() {
  const unshare = which("unshare");
  const prefixes = unshare
    ? [
        [unshare, "-n"],
        [unshare, "-rn"],
      ]
    : [];
  return prefixes.find(([command, option]) => capture(command, [option, "true"]).status === 0);
}

/** For root, whom file permissions do not stop: run as nobody instead. */
export function asNobody() {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
}
