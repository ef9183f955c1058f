import { statfs } from "node:fs/promises";

import { ResourceError } from "../errors.js";

/**
 * @param path of a folder that is there
 * @throws {ResourceError} RESOURCE when its disk has no room for so many bytes
 */
export async function requireSpace(path: string, needed: number, what: string): Promise<void> {
  // What does not tell, such as some network disks, is tried.
  const disk = await statfs(path).catch(() => undefined);
  if (disk === undefined) return;
  const available = disk.bavail * disk.bsize;
  if (needed <= available) return;
  const remedies = [
    "make room on that disk; `abstractllm list` shows what is in the cache",
    "choose another one with the option cache_dir, or with HF_HOME",
  ];
  throw new ResourceError(
    `${what} needs ${gib(needed)} on the disk of ${path}, which has ${gib(available)} free.`,
    { details: { path, needed_bytes: needed, available_bytes: available, remedies } },
  );
}

function gib(bytes: number): string {
  return bytes < 2 ** 30
    ? `${(bytes / 2 ** 20).toFixed(1)} MiB`
    : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
