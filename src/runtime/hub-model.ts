import { stat } from "node:fs/promises";
import { totalmem } from "node:os";

import type { LogSink } from "../config/logger.js";
import type { ResolvedHub } from "../config/resolved.js";
import type { ProgressListener } from "../config/types.js";
import { parseRepoReference, type RepoReference } from "../hub/repo-reference.js";
import { hubSettings } from "../hub/settings.js";
import { fetchSnapshot, type Snapshot, type SnapshotRequest } from "../hub/snapshot.js";
import { chooseProjector } from "./find-projector.js";
import { isRemote, toPath } from "./model-path.js";

/** What looking for a model needs, when it may be on the Hub. */
export interface Locating {
  readonly hub: ResolvedHub;
  readonly signal: AbortSignal;
  readonly onProgress?: ProgressListener | undefined;
  readonly log?: LogSink | undefined;
}

/**
 * The repository that an option means: what is on this machine under that path goes before it.
 * undefined for paths, and for URLs of other servers.
 */
export async function findReference(model: string): Promise<RepoReference | undefined> {
  if (!isRemote(model) && (await isHere(model))) return undefined;
  return parseRepoReference(model);
}

async function isHere(model: string): Promise<boolean> {
  if (/^file:/i.test(model)) return true;
  return await stat(toPath(model)).then(
    () => true,
    // What cannot be looked at is there, as far as anybody knows.
    (error: unknown) =>
      !["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? ""),
  );
}

/** Finds what a reference means in the cache, or downloads it. */
export async function fetchFromHub(
  model: string,
  reference: RepoReference,
  kind: SnapshotRequest["kind"],
  { hub, ...options }: Locating,
): Promise<Snapshot> {
  return await fetchSnapshot(hubRequest(model, reference, kind, hub), options);
}

export function hubRequest(
  model: string,
  reference: RepoReference,
  kind: SnapshotRequest["kind"],
  hub: ResolvedHub,
): SnapshotRequest {
  return {
    model,
    reference,
    kind,
    revision: hub.revision,
    settings: hubSettings(hub),
    memory: machineMemory(),
    chooseProjector,
  };
}

/** In bytes: the machine's, or what a container may have of it. */
function machineMemory(): number {
  // eslint-disable-next-line n/no-unsupported-features/node-builtins -- said to be experimental in 20
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}
