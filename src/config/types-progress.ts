/**
 * How far a stage is; the unit of `done` and `total` is bytes, tokens in "prefill", and parts
 * of pictures and sounds in "encode".
 */
export interface Progress {
  stage: "download" | "load" | "encode" | "prefill";
  done: number;
  total: number;
  /** Of the last seconds, in "download". */
  bytes_per_second?: number | undefined;
}

export type ProgressListener = (progress: Progress) => void;
