import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and those that it lies in, unless they are there. Node's own way to do so
 * goes round for ever where the system says that a folder's parent, which is there, is not:
 * nothing can be made in /proc.
 *
 * @throws what the system says
 */
export async function makeFolder(path: string): Promise<void> {
  if (await isMade(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  await mkdir(path).catch(ignoreExisting);
}

/** False when the parent is missing, or so it is said. */
async function isMade(path: string): Promise<boolean> {
  try {
    await mkdir(path).catch(ignoreExisting);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

function ignoreExisting(error: unknown): void {
  // By another process, perhaps; whether it is a folder, the next step finds out.
  if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
}
