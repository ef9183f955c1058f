import { readdirSync, readFileSync } from "node:fs";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What transformers says of a checkpoint, in float32: see test/fixtures/checkpoints/make.py. */
export interface CheckpointReference {
  readonly name: string;
  readonly path: string;
  readonly kind: "causal" | "encoder" | "classifier" | "seq2seq";
  readonly text: string;
  readonly input_ids: readonly number[];
  /** Of the second token and those behind it. */
  readonly logprobs: readonly number[];
  readonly greedy: readonly number[];
  readonly embedding: readonly number[];
  readonly scores: readonly number[];
  /** Of a reranker. */
  readonly pair?: {
    readonly query: string;
    readonly document: string;
    /** The logit with the inputs that the fixture's tokenizer gives. */
    readonly score: number;
    /** The logit with token types by segment, as BERT's own tokenizer gives them. */
    readonly score_by_segment: number;
  };
}

const FOLDER = fileURLToPath(new URL("../fixtures/checkpoints/", import.meta.url));

/** The path of one of the tiny checkpoints. */
export function checkpointPath(name: string): string {
  return `${FOLDER}${name}`;
}

/** All tiny checkpoints with their reference values. */
export const CHECKPOINTS: readonly CheckpointReference[] = readdirSync(FOLDER, {
  withFileTypes: true,
})
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    const path = checkpointPath(name);
    const reference = JSON.parse(readFileSync(`${path}/reference.json`, "utf8")) as object;
    return { ...reference, name, path } as CheckpointReference;
  });

/** One of the tiny checkpoints with its reference values. */
export function checkpoint(name: string): CheckpointReference {
  const found = CHECKPOINTS.find((reference) => reference.name === name);
  if (found === undefined) throw new Error(`There is no checkpoint ${name}`);
  return found;
}

/** Works with a copy of a checkpoint in which some JSON files have other settings too. */
export async function withChangedCheckpoint(
  path: string,
  files: Readonly<Record<string, object>>,
  work: (copy: string) => Promise<void>,
): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), "abstractllm-test-"));
  try {
    for (const name of readdirSync(path)) await copyFile(join(path, name), join(copy, name));
    for (const [name, changes] of Object.entries(files)) {
      const before = JSON.parse(readFileSync(join(path, name), "utf8")) as object;
      await writeFile(join(copy, name), JSON.stringify({ ...before, ...changes }));
    }
    await work(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
