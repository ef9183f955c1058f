import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What transformers says of it, in float32: see test/fixtures/vision/make.py. */
export interface VisionReference {
  /** With the placeholder of a picture, picture.png. */
  readonly prompt: string;
  /** With the tokens in its place. */
  readonly expanded: string;
  readonly input_ids: readonly number[];
  readonly greedy: readonly number[];
  /** Of a text without a picture. */
  readonly without: {
    readonly text: string;
    readonly input_ids: readonly number[];
    /** Of the second token and those behind it. */
    readonly logprobs: readonly number[];
  };
}

export interface VisionCheckpoint {
  readonly name: string;
  readonly path: string;
  readonly reference: VisionReference;
}

const FOLDER = fileURLToPath(new URL("../fixtures/vision/", import.meta.url));

/** The tiny checkpoints that see. */
export const VISION_CHECKPOINTS: readonly VisionCheckpoint[] = readdirSync(FOLDER, {
  withFileTypes: true,
})
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    const path = `${FOLDER}${name}`;
    const text = readFileSync(`${path}/reference.json`, "utf8");
    return { name, path, reference: JSON.parse(text) as VisionReference };
  });
