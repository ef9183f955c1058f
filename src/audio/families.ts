import type { AudioSpec } from "../native/audio-spec.js";

type Texts = Pick<AudioSpec, "placeholder" | "before" | "after">;
type Numbers = Pick<AudioSpec, "bands">;

const QWEN: Texts = {
  placeholder: "<|AUDIO|>",
  before: "<|audio_bos|>",
  after: "<|audio_eos|>",
};

/** Frames that Qwen2.5-Omni's tower sees at once: two seconds. */
const OMNI_WINDOW = 200;
/** Positions that Ultravox and Voxtral stack to one embedding where nothing else is said. */
const FRAMES_PER_POSITION = 2;

/** What of a tower its frames depend on. */
export interface Tower extends Numbers {
  /** Of its table: pairs of frames that it sees at once, at most. */
  readonly positions: number;
  /** Pairs that become one embedding, side by side. */
  readonly stack: number;
}

/** Qwen2-Audio: as many embeddings as the sound is long, a window at a time. */
export function qwen2AudioSpec({ bands, positions }: Tower, texts: Texts = QWEN): AudioSpec {
  const window = positions * FRAMES_PER_POSITION;
  return { ...texts, bands, window, grain: FRAMES_PER_POSITION, least: 4, tail: "look-ahead" };
}

/** Qwen2.5-Omni: pieces of two seconds, each for itself. */
export function qwen25OmniSpec({ bands }: Tower): AudioSpec {
  return {
    ...QWEN,
    bands,
    window: OMNI_WINDOW,
    grain: FRAMES_PER_POSITION,
    least: 4,
    tail: "zeros",
  };
}

/** Voxtral: whole windows, with silence behind the sound. */
export function voxtralSpec({ bands, positions, stack }: Tower): AudioSpec {
  const grain = stack * FRAMES_PER_POSITION;
  const window = multiple(positions * FRAMES_PER_POSITION, grain);
  return {
    ...{ placeholder: "[AUDIO]", before: "[BEGIN_AUDIO]", after: "" },
    ...{ bands, window, grain, least: grain, tail: "window" },
  };
}

/** Ultravox: as many embeddings as the sound is long. */
export function ultravoxSpec({ bands, positions, stack }: Tower): AudioSpec {
  const grain = stack * FRAMES_PER_POSITION;
  const window = multiple(positions * FRAMES_PER_POSITION, grain);
  return {
    ...{ placeholder: "<|audio|>", before: "", after: "" },
    ...{ bands, window, grain, least: grain, tail: "silence" },
  };
}

/** The largest multiple of `step` that is not above `most`. */
function multiple(most: number, step: number): number {
  return Math.floor(most / step) * step;
}
