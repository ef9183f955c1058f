import { removeCached } from "../hub/remove-cached.js";
import { scanCache, scanRepo, type CachedRepo } from "../hub/scan-cache.js";
import { verifyCached, type Verdict } from "../hub/verify-cached.js";
import { ModelNotFoundError } from "../index.js";
import type { Arguments } from "./arguments.js";
import type { Command } from "./command.js";
import type { Context } from "./context.js";
import { EXIT } from "./exit-codes.js";
import { HELP_FLAG, JSON_FLAG } from "./flag.js";
import { CACHE_FLAG } from "./hub-flags.js";
import { cacheFolderOf, isMeant, referenceOf, repoCacheOf } from "./hub-operand.js";
import { escapeToLine } from "./escape-controls.js";
import { Interrupts } from "./interrupts.js";
import { refuseOperands } from "./operands.js";
import { ProgressDisplay } from "./progress-display.js";
import { reportFailure } from "./report-failure.js";

export const verifyCommand: Command = {
  name: "verify",
  operands: "[MODEL]",
  summary: "Compare downloaded models with their hashes",
  description:
    "Reads every byte of MODEL in the cache, or of all models, and compares it with the hash that " +
    "the Hub gave. Exit code 1 when something is damaged or missing.",
  groups: [
    {
      title: "Options",
      flags: [
        { name: "remove", kind: "switch", help: "Remove what is not intact: pull brings it back" },
        CACHE_FLAG,
        JSON_FLAG,
        HELP_FLAG,
      ],
    },
  ],
  examples: [
    { line: "abstractllm verify", meaning: "all models" },
    { line: "abstractllm verify owner/name --remove", meaning: "before it is pulled again" },
  ],
  run,
};

async function run(args: Arguments, context: Context): Promise<number> {
  refuseOperands(args, 1);
  const { host, err } = context;
  const interrupts = new Interrupts(() => {
    host.leave();
  });
  host.onInterrupt(interrupts.interrupt);
  const { signal } = interrupts;
  const progress = new ProgressDisplay(err, true);
  const style = { json: args.has("json"), verbose: false, command: "verify" };
  try {
    const verdicts = await verify(args, signal, progress);
    progress.clear();
    return await report(verdicts, args, context);
  } catch (error) {
    progress.clear();
    return await reportFailure(error, context, style, { signal });
  }
}

interface Finding extends Verdict {
  readonly repo: CachedRepo;
}

async function verify(
  args: Arguments,
  signal: AbortSignal,
  progress: ProgressDisplay,
): Promise<Finding[]> {
  const chosen = await choose(args);
  let [done, total] = [0, 0];
  for (const { files } of chosen) {
    const sizes = new Map(files.map((file) => [file.blob ?? file.path + file.commit, file.size]));
    total += [...sizes.values()].reduce((sum, size) => sum + size, 0);
  }
  const findings: Finding[] = [];
  for (const { repo, files } of chosen) {
    const onBytes = (count: number): void => {
      done += count;
      progress.update({ stage: "verify", done, total });
    };
    for await (const verdict of verifyCached(repo.cache, files, { signal, onBytes })) {
      findings.push({ ...verdict, repo });
    }
    if (!args.has("remove")) continue;
    const bad = findings.filter((finding) => finding.repo === repo && isBad(finding));
    const names = new Set(bad.map(({ file }) => file.blob ?? `${file.commit}/${file.path}`));
    if (names.size === 0) continue;
    await removeCached(repo.cache, ({ blob, commit, path }) =>
      names.has(blob ?? `${commit}/${path}`),
    );
  }
  return findings;
}

async function choose(
  args: Arguments,
): Promise<{ repo: CachedRepo; files: CachedRepo["files"] }[]> {
  const root = cacheFolderOf(args);
  const [model] = args.positionals;
  if (model === undefined) {
    return (await scanCache(root)).map((repo) => ({ repo, files: repo.files }));
  }
  const reference = referenceOf(model);
  const repo = await scanRepo(repoCacheOf(root, reference));
  const files = repo.files.filter(isMeant(reference, repo));
  if (files.length > 0) return [{ repo, files }];
  throw new ModelNotFoundError(`${model} is not in the cache, ${root}.`, {
    details: { model, path: root },
  });
}

async function report(
  findings: readonly Finding[],
  args: Arguments,
  { out, err }: Context,
): Promise<number> {
  const bad = findings.filter(isBad);
  const count = (state: Verdict["state"]): number =>
    findings.filter((finding) => finding.state === state).length;
  if (args.has("json")) {
    const files = findings.map(({ repo, file, state }) => {
      return { model: repo.cache.repo, commit: file.commit, name: file.path, state };
    });
    await out.writeJson({ files });
  } else {
    await out.writeLines(
      bad.map(({ repo, file, state }) =>
        escapeToLine(`${state}  ${repo.cache.repo}  ${file.path}`),
      ),
    );
    const unknown = count("unknown");
    err.say(
      `${String(count("intact"))} files are intact, ${String(bad.length)} are not` +
        `${unknown === 0 ? "" : `, of ${String(unknown)} no hash is known`}.` +
        `${bad.length > 0 && args.has("remove") ? " Those were removed." : ""}\n`,
    );
  }
  return bad.length === 0 ? EXIT.ok : EXIT.failure;
}

function isBad({ state }: Verdict): boolean {
  return state === "damaged" || state === "missing";
}
