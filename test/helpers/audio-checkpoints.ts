import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What transformers says of it, in float32: see test/fixtures/audio/make.py. */
export interface AudioReference {
  /** With the placeholder of a sound, sound.wav. */
  readonly prompt: string;
  readonly input_ids: readonly number[];
  /** Of input_ids, those in the sound's place. */
  readonly media_tokens: number;
  readonly greedy: readonly number[];
  /** Of a text without a sound. */
  readonly without: {
    readonly text: string;
    readonly input_ids: readonly number[];
    /** Of the second token and those behind it. */
    readonly logprobs: readonly number[];
  };
}

export interface AudioCheckpoint {
  readonly name: string;
  readonly path: string;
  readonly reference: AudioReference;
}

/** test/fixtures/audio, with a slash at its end. */
export const AUDIO_FIXTURES = fileURLToPath(new URL("../fixtures/audio/", import.meta.url));

/** The tiny checkpoints that hear; beside them are towers without a language model. */
export const AUDIO_CHECKPOINTS: readonly AudioCheckpoint[] = readdirSync(AUDIO_FIXTURES, {
  withFileTypes: true,
})
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, path: `${AUDIO_FIXTURES}${name}` }))
  .filter(({ path }) => readdirSync(path).includes("config.json"))
  .map(({ name, path }) => {
    const text = readFileSync(`${path}/reference.json`, "utf8");
    return { name, path, reference: JSON.parse(text) as AudioReference };
  });
