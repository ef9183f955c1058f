import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

import type { ResolvedWeights } from "../config/resolved.js";
import { ResourceError } from "../errors.js";
import { packageVersion } from "../native/package-root.js";
import type { NativeCheckpointPlan } from "../native/checkpoint-plan.js";
import { makeFolder } from "./make-folder.js";

/** Quick enough to compute at each load. */
export const STREAMED_QUANTIZATIONS: readonly string[] = ["none", "q8_0", "q4_0"];

/**
 * Where a quantised checkpoint is kept: a name of its own for every plan, and for every
 * state of the files that it is made from. The folder may not be there yet.
 */
export async function cachedModelPath(
  plan: NativeCheckpointPlan,
  { quantization }: ResolvedWeights,
): Promise<string> {
  const { tokenizerJson, tokenizerModel } = plan.vocabulary;
  const sources = [...plan.files, tokenizerJson, tokenizerModel].filter(
    (file) => file !== undefined,
  );
  // What another version makes of the same plan may differ.
  const hash = createHash("sha256").update(`${packageVersion()}\n${JSON.stringify(plan)}`);
  for (const file of sources) {
    const { size, mtimeMs } = await stat(file);
    hash.update(`\n${String(size)} ${String(mtimeMs)}`);
  }
  const name = basename(dirname(plan.files[0] ?? ""))
    .replaceAll(/[^\w.-]/g, "_")
    .slice(0, 80);
  const file = `${name}-${quantization}-${hash.digest("hex").slice(0, 16)}.gguf`;
  return join(cacheFolder(process.platform, process.env), "checkpoints", file);
}

/**
 * Makes the folder where a quantised checkpoint is kept, if it is of that kind.
 *
 * @throws {ResourceError} RESOURCE when that cannot be
 */
export async function makeCacheFolder(
  cachePath: string | undefined,
  { quantization }: ResolvedWeights,
): Promise<void> {
  if (cachePath === undefined) return;
  const folder = dirname(cachePath);
  await makeFolder(folder).catch((cause: unknown) => {
    throw noFolder(folder, quantization, cause);
  });
}

function noFolder(folder: string, quantization: string, cause: unknown): ResourceError {
  const variable = folderVariable(process.platform);
  const remedies = [
    ...(variable === undefined ? [] : [`set ${variable} to a folder that can be written to`]),
    'give quantization "q8_0" or "q4_0", which need no file',
  ];
  return new ResourceError(
    `${folder} cannot be made, where the model quantised to ${quantization} would be kept: ` +
      `${remedies.join(", or ")}.`,
    { details: { path: folder, remedies }, cause },
  );
}

/** The environment variable that moves the folder, where there is one. */
function folderVariable(platform: NodeJS.Platform): string | undefined {
  if (platform === "win32") return "LOCALAPPDATA";
  return platform === "darwin" ? undefined : "XDG_CACHE_HOME";
}

/** The user's folder for files that can be made again. */
export function cacheFolder(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const home = homedir();
  if (platform === "win32") {
    return join(env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "abstractllm", "cache");
  }
  if (platform === "darwin") return join(home, "Library", "Caches", "abstractllm");
  const base = env["XDG_CACHE_HOME"];
  return join(base === undefined || base === "" ? join(home, ".cache") : base, "abstractllm");
}
