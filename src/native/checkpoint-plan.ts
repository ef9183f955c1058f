/**
 * How a Hugging Face checkpoint becomes a GGUF: what src/checkpoint plans and C++ carries
 * out (native/core/checkpoint/plan.h mirrors it; both sides change together). A plan is
 * plain data: C++ holds all of it against the headers that it reads itself.
 */

/**
 * What `readSafetensors` finds in the headers of safetensors files: of each tensor one entry
 * per array. Models with many experts have tens of thousands.
 */
export interface NativeSafetensors {
  /** With a NUL between names. */
  names: string;
  /** Indices into the files that were asked for. */
  files: Uint32Array;
  types: string[];
  /** Indices into `types`. */
  typeOf: Uint8Array;
  /** How many entries of `shapes` each has. */
  dimensions: Uint8Array;
  shapes: Float64Array;
}

/** One tensor of the headers. */
export interface NativeSourceTensor {
  name: string;
  /** Index into the files that were asked for. */
  file: number;
  /** As the format spells it: "F32", "BF16", "F8_E4M3". */
  dtype: string;
  /** Outermost dimension first, as the format has it. */
  shape: number[];
}

export interface NativeCheckpointPlan {
  /** Absolute paths of safetensors files. */
  files: string[];
  /** All but the tokenizer's, of which only the count of token types is here. */
  metadata: PlanMetadata[];
  vocabulary: PlanVocabulary;
  /** In the order in which the GGUF has them. */
  tensors: PlanTensor[];
  /**
   * A mixture of types by llama.cpp's own rules, such as "Q4_K_M": C++ then chooses the
   * type of each tensor, and the ones in `tensors` say what stays when it does not choose.
   * Only together with `cachePath`.
   */
  quantization?: string;
  /** Changes to the model, which the engine adds while it computes. */
  adapters?: NativeAdapterPlan[];
  /** Where to write the GGUF, in one step, before it is loaded from there. */
  cachePath?: string;
}

/** A LoRA adapter as a GGUF of its own. */
export interface NativeAdapterPlan {
  /** The adapter's folder, for messages. */
  path: string;
  /** Absolute paths; the segments' files are indices into them. */
  files: string[];
  metadata: PlanMetadata[];
  /** Pairs, "<tensor of the model>.lora_a" and ".lora_b". */
  tensors: PlanTensor[];
}

export type PlanMetadata =
  | { key: string; type: "u32" | "i32" | "u64" | "f32"; value: number }
  | { key: string; type: "bool"; value: boolean }
  | { key: string; type: "string"; value: string }
  | { key: string; type: "u32[]" | "i32[]" | "f32[]"; value: number[] }
  | { key: string; type: "bool[]"; value: boolean[] }
  | { key: string; type: "string[]"; value: string[] };

/** A token by its id or its text. */
export type PlanToken = number | string;

export interface PlanVocabulary {
  /** Absolute path of tokenizer.json. */
  tokenizerJson?: string;
  /** Absolute path of a SentencePiece model. */
  tokenizerModel?: string;
  /** Rows of the embedding: shorter lists of tokens are padded to it. */
  size: number;
  bos?: PlanToken;
  eos?: PlanToken;
  unk?: PlanToken;
  sep?: PlanToken;
  pad?: PlanToken;
  cls?: PlanToken;
  mask?: PlanToken;
  /** Every token that ends a generation. */
  stop: PlanToken[];
  /** Absent: as the post-processor of tokenizer.json says. */
  addBos?: boolean;
  addEos?: boolean;
  cleanUpSpaces?: boolean;
  chatTemplate?: string;
}

/** A tensor of the GGUF: rows from `segments` in their order, or all of it from `values`. */
export interface PlanTensor {
  /** "blk.0.attn_q.weight" */
  name: string;
  /** Columns first, as ggml counts. */
  shape: number[];
  /** ggml's name in capitals: "F32", "BF16", "Q8_0". */
  type: string;
  /** Added to every element. */
  add?: number;
  /** What every element is multiplied by; not together with `add`. */
  scale?: number;
  segments?: PlanSegment[];
  /** For generated tensors, instead of segments. */
  values?: number[];
}

/**
 * Rows of one source tensor, whose last dimension is its columns and whose other
 * dimensions together are its rows. A target of one dimension is one row if its segments
 * name one row in all; else it is a column, and so are its sources: a bias takes the same
 * rows as the matrix that it belongs to.
 */
export interface PlanSegment {
  /** Index into the plan's files. */
  file: number;
  tensor: string;
  /** Other tensors of the same file, of which the same rows follow. */
  more?: string[];
  /** The source's columns are its rows. */
  transpose?: true;
  /** Start of a range of columns, as long as the target's rows. */
  firstColumn?: number;
  rows: PlanRows[] | PlanPermutation;
}

/** Rows first, first + step, ...: `count` of them. The step is 1 when it is left out. */
export type PlanRows = [first: number, count: number, step?: number];

/**
 * For rotations that pair neighbours where the checkpoint pairs halves: of each head, row
 * 2i comes from row i of the first half and row 2i + 1 from row i of the second.
 */
export interface PlanPermutation {
  permute: { heads: number; headRows: number };
  /** Source row where the first head begins; 0 when left out. */
  first?: number;
}
