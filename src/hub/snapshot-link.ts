import { randomUUID } from "node:crypto";
import { copyFile, mkdir, rename, rm, stat, symlink } from "node:fs/promises";
import { dirname, relative } from "node:path";

import type { RepoCache } from "./cache-layout.js";
import { blobName, type HubFile } from "./hub-file.js";

/** Whether a snapshot has a file: all of it, for what is in there was verified before. */
export async function isInSnapshot(
  cache: RepoCache,
  commit: string,
  { path, size }: HubFile,
): Promise<boolean> {
  const found = await stat(cache.file(commit, path)).catch(() => undefined);
  return found?.isFile() === true && found.size === size;
}

export async function hasBlob(cache: RepoCache, file: HubFile): Promise<boolean> {
  const found = await stat(cache.blob(blobName(file))).catch(() => undefined);
  return found?.isFile() === true && found.size === file.size;
}

/**
 * Makes a blob appear in a snapshot: as a link, or as the file itself where links cannot be
 * made, as on Windows without the developer mode.
 *
 * @param isNew whether no other snapshot can have it yet
 */
export async function linkIntoSnapshot(
  cache: RepoCache,
  commit: string,
  file: HubFile,
  { symlinks, isNew }: { readonly symlinks: boolean; readonly isNew: boolean },
): Promise<void> {
  const path = cache.file(commit, file.path);
  const blob = cache.blob(blobName(file));
  await mkdir(dirname(path), { recursive: true });
  if (symlinks && (await isLinked(relative(dirname(path), blob), path))) return;
  if (isNew) {
    await rename(blob, path);
    return;
  }
  const temporary = `${blob}.${randomUUID().slice(0, 8)}.incomplete`;
  try {
    await copyFile(blob, temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** False where the system makes no links. */
async function isLinked(target: string, path: string): Promise<boolean> {
  try {
    await symlink(target, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") return isUnable(error);
  }
  // It is not what it should be, or nobody would have come here: leads nowhere, most likely.
  await rm(path, { force: true });
  try {
    await symlink(target, path);
  } catch (error) {
    // Somebody else was quicker, with the same link.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") return isUnable(error);
  }
  return true;
}

function isUnable(error: unknown): false {
  const { code } = error as NodeJS.ErrnoException;
  if (["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EINVAL", "UNKNOWN"].includes(code ?? "")) {
    return false;
  }
  throw error;
}
