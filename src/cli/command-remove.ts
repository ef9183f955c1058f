import { removeCached } from "../hub/remove-cached.js";
import { scanRepo } from "../hub/scan-cache.js";
import { ModelNotFoundError } from "../index.js";
import type { Arguments } from "./arguments.js";
import type { Command } from "./command.js";
import type { Context } from "./context.js";
import { EXIT } from "./exit-codes.js";
import { HELP_FLAG, JSON_FLAG } from "./flag.js";
import { formatBytes } from "./format.js";
import { CACHE_FLAG } from "./hub-flags.js";
import { cacheFolderOf, isMeant, referenceOf, repoCacheOf } from "./hub-operand.js";
import { refuseOperands } from "./operands.js";
import { UsageError } from "./usage-error.js";

export const removeCommand: Command = {
  name: "remove",
  operands: "MODEL",
  summary: "Remove a downloaded model",
  description:
    "Removes MODEL from the cache: all of a repository, or what a revision behind @, a " +
    "quantization behind : or a file behind / names of it, and what was begun. What other " +
    "revisions need stays.",
  groups: [{ title: "Options", flags: [CACHE_FLAG, JSON_FLAG, HELP_FLAG] }],
  examples: [
    { line: "abstractllm remove owner/name", meaning: "all of it" },
    { line: "abstractllm remove owner/name:Q8_0", meaning: "one quantization" },
  ],
  run,
};

async function run(args: Arguments, { out, err }: Context): Promise<number> {
  refuseOperands(args, 1);
  const [model] = args.positionals;
  if (model === undefined) throw new UsageError("Which model? `abstractllm list` shows them.");
  const reference = referenceOf(model);
  const cache = repoCacheOf(cacheFolderOf(args), reference);
  const repo = await scanRepo(cache);
  const isWanted = isMeant(reference, repo);
  const isAll = Object.values({ ...reference, repo: undefined }).every(
    (part) => part === undefined,
  );
  const isThere = repo.files.some(isWanted) || (isAll && repo.blobs.size > 0);
  if (!isThere) {
    throw new ModelNotFoundError(`${model} is not in the cache, ${cache.root}.`, {
      details: { model, path: cache.root },
    });
  }
  const { files, bytes } = await removeCached(cache, isWanted);
  if (args.has("json")) await out.writeJson({ model, files, size_bytes: bytes });
  else err.say(`Removed ${String(files)} files, ${formatBytes(bytes)}.\n`);
  return EXIT.ok;
}
