/**
 * What a model's encoder wants of a sound, as data: made by src/audio from the model's files,
 * carried out by native/core/media/audio_processor. The C++ counterpart is
 * native/core/media/audio_spec.h; both sides change together.
 *
 * Sounds become one channel of 16000 samples per second, and those a spectrogram with a frame
 * for each 10 ms.
 */
export interface AudioSpec {
  /** What a chat template writes for a sound; the embeddings take its place. */
  readonly placeholder: string;
  /** What templates that know sounds write around the placeholder; for those that do not. */
  readonly before: string;
  readonly after: string;
  /** Of the spectrogram, 1 to 256. */
  readonly bands: number;
  /** Frames that are encoded at once, at most: longer sounds become several pieces. */
  readonly window: number;
  /** Frames in steps of which a piece grows; divides `window`. */
  readonly grain: number;
  /** Frames that make an embedding: a piece at the end that is shorter is left out. */
  readonly least: number;
  readonly tail: AudioTail;
}

/**
 * What stands behind a sound that ends within the window: silence up to the window; one frame
 * of silence for the convolutions to see; zeros, or silence, up to a multiple of `grain`.
 */
export type AudioTail = "window" | "look-ahead" | "zeros" | "silence";
