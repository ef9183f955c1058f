import { readdirSync, readFileSync } from "node:fs";
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
