import { scanCache, type CachedRepo } from "../hub/scan-cache.js";
import type { Arguments } from "./arguments.js";
import type { Command } from "./command.js";
import type { Context } from "./context.js";
import { EXIT } from "./exit-codes.js";
import { HELP_FLAG, JSON_FLAG } from "./flag.js";
import { formatBytes } from "./format.js";
import { CACHE_FLAG } from "./hub-flags.js";
import { cacheFolderOf } from "./hub-operand.js";
import { refuseOperands } from "./operands.js";
import { formatTable, type Column } from "./table.js";

const COLUMNS: readonly Column[] = [
  { title: "MODEL", flexible: true },
  { title: "REVISION", flexible: true },
  { title: "FILES", align: "right" },
  { title: "SIZE", align: "right" },
];

/** Of this library and of others, which share the cache. */
const WEIGHTS = /[.](?:safetensors|gguf|bin|pth?|onnx|h5|msgpack|npz|pkl|ckpt|ot)$/i;

export const listCommand: Command = {
  name: "list",
  operands: "",
  summary: "List the downloaded models",
  description:
    "Lists what is in the cache of models of the Hugging Face Hub, whoever downloaded it, and " +
    "what it takes on the disk.",
  groups: [{ title: "Options", flags: [CACHE_FLAG, JSON_FLAG, HELP_FLAG] }],
  examples: [{ line: "abstractllm list", meaning: "a table" }],
  run,
};

async function run(args: Arguments, { out, err }: Context): Promise<number> {
  refuseOperands(args, 0);
  const folder = cacheFolderOf(args);
  const repos = await scanCache(folder);
  if (args.has("json")) {
    await out.writeJson({ path: folder, models: repos.map(toJson) });
    return EXIT.ok;
  }
  const [titles = "", ...lines] = formatTable(COLUMNS, repos.flatMap(rowsOf), out.tableWidth);
  await out.writeLines([out.bold(titles), ...lines]);
  const total = repos.reduce((sum, { size }) => sum + size, 0);
  err.say(`${formatBytes(total)} in ${folder}\n`);
  return EXIT.ok;
}

/** Revisions share contents, so sizes are those of repositories. */
function rowsOf(repo: CachedRepo): string[][] {
  const revisions = revisionsOf(repo);
  if (revisions.length === 0) return [[repo.cache.repo, "(begun)", "0", formatBytes(repo.size)]];
  return revisions.map(({ commit, names, files, hasWeights }, index) => [
    index === 0 ? repo.cache.repo : "",
    `${names.length === 0 ? commit.slice(0, 12) : names.join(", ")}${hasWeights ? "" : " (no weights)"}`,
    String(files),
    index === 0 ? formatBytes(repo.size) : "",
  ]);
}

function toJson(repo: CachedRepo): object {
  return {
    model: repo.cache.repo,
    path: repo.cache.folder,
    size_bytes: repo.size,
    revisions: revisionsOf(repo).map(({ commit, names, files, hasWeights }) => {
      const path = repo.cache.snapshot(commit);
      return { commit, names, files, has_weights: hasWeights, path };
    }),
  };
}

interface Revision {
  readonly commit: string;
  readonly names: readonly string[];
  readonly files: number;
  /** Otherwise somebody has only looked at the model. */
  readonly hasWeights: boolean;
}

function revisionsOf({ files, refs }: CachedRepo): Revision[] {
  return [...new Set(files.map(({ commit }) => commit))].map((commit) => {
    const own = files.filter((file) => file.commit === commit);
    return {
      commit,
      names: refs.get(commit) ?? [],
      files: own.length,
      hasWeights: own.some(({ path }) => WEIGHTS.test(path)),
    };
  });
}
