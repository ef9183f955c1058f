/**
 * What the addon exports, as TypeScript sees it. The C++ counterpart is
 * native/binding; both sides change together. Nothing here is public.
 *
 * Every call returns at once. Long work is a job: the call returns its id, and
 * everything that happens to it arrives, in order, through the one callback that
 * was given to `setEventHandler`. A job ends with exactly one "done" or "failed".
 */

import type { AudioSpec } from "./audio-spec.js";
import type { NativeCheckpointPlan, NativeSafetensors } from "./checkpoint-plan.js";
import type { NativeDeviceMemory, NativeNeedVariant, NativePlacement } from "./need.js";
import type { ImageSpec, NativeImage, NativeProcessedImage } from "./image-spec.js";
import type { NativeTokenizer } from "./tokenizer.js";

export interface NativeBinding {
  readonly engineVersion: string;
  /** The codes that C++ can put into a failure, in the order of native/core/codes.h. */
  readonly errorCodes: readonly string[];
  /**
   * Prepares the process-wide engine, once; later calls do nothing.
   * @param modulesDir absolute folder with the engine's loadable modules
   *   (portable builds), normally the folder of the addon itself
   * @returns the failure, if it cannot work on this machine
   */
  initialize(modulesDir: string): NativeFailure | undefined;
  setEventHandler(handler: (events: NativeEvent[]) => void): void;
  listDevices(): NativeDevice[];
  /**
   * Reads a GGUF file's header off the JavaScript thread; with a plan, that of the GGUF
   * which the plan makes. Rejects with a NativeFailure.
   */
  inspect(path: string, plan?: NativeCheckpointPlan): Promise<NativeInspection>;
  /** Reads the headers of safetensors files off the JavaScript thread. Rejects with a NativeFailure. */
  readSafetensors(files: string[]): Promise<NativeSafetensors>;
  /** What a model would see of a picture, without the model. Rejects with a NativeFailure. */
  processImage(image: NativeImage, spec: ImageSpec): Promise<NativeProcessedImage>;
  /**
   * Takes the lock of a file, and makes the file; never waits. false when another thread or
   * process has it, Python's filelock included; a text when there can be no lock.
   */
  tryLockFile(path: string): NativeLock | false | string;
  /** Releases a lock; a second time does nothing. So does its collection. */
  unlockFile(lock: NativeLock): void;
  /** What a chat template can do, by trying it. Rejects with a NativeFailure. */
  tryTemplate(source: string): Promise<NativeTemplateFeatures>;
  /** Bytes per second that memory is read with: a tenth of a second. Rejects with a NativeFailure. */
  measureMemoryBandwidth(): Promise<number>;
  /** What models of this process take on each device, of all threads of JavaScript. */
  usedMemory(): NativeDeviceMemory[];
  createModel(): NativeModel;
  createTokenizer(): NativeTokenizer;
  /** Cancels and joins everything, on this thread: for process exit. */
  shutdownSync(): void;
}

/** A lock that is held. */
export interface NativeLock {
  readonly lock: unique symbol;
}
export type * from "./need.js";

/** One loaded model: one inference thread, one text thread. Owned by runtime/native-engine.ts. */
export interface NativeModel {
  readonly id: number;
  /** What loading would take, from headers; the result is a NativeNeed. Before `load` only. */
  measure(options: NativeLoadOptions, variants: NativeNeedVariant[]): number;
  load(options: NativeLoadOptions): number;
  generate(request: NativeGenerateRequest): number;
  /** Log-probabilities of a text or of token ids. */
  score(request: NativeScoreRequest): number;
  /** Vectors of texts. */
  embed(request: NativeEmbedRequest): number;
  /** Scores of documents; the result is a Float32Array in their order, from 0 to 1. */
  rerank(request: NativeRerankRequest): number;
  /** Scores of labels. */
  classify(request: NativeClassifyRequest): number;
  tokenize(text: string, addSpecial: boolean, parseSpecial: boolean): number;
  detokenize(tokens: Int32Array, skipSpecial: boolean): number;
  /** Asks a job to stop; it then fails with code "ABORTED". Unknown ids are ignored. */
  cancel(job: number): void;
  usage(): NativeUsage;
  /**
   * Cancels all jobs and frees the model on its own thread; done when nothing is left.
   * The same job id on every call.
   */
  close(): number;
}

/** The part of a model that sees. */
export interface NativeVision {
  /** A GGUF projector (mmproj); with a plan, the folder of the checkpoint, for messages. */
  path: string;
  /** What to make of a checkpoint's tower. It has no vocabulary. */
  plan?: NativeCheckpointPlan;
  image: ImageSpec;
}

/** The part of a model that hears. */
export interface NativeHearing {
  /** As for NativeVision. */
  path: string;
  plan?: NativeCheckpointPlan;
  audio: AudioSpec;
}

export interface NativeLoadOptions {
  /** A GGUF file; with a plan, the folder of the checkpoint, for messages. */
  path: string;
  /** What to make of a Hugging Face checkpoint. */
  plan?: NativeCheckpointPlan;
  /** Left out for a model that takes text only. */
  vision?: NativeVision;
  hearing?: NativeHearing;
  /** When they do not fit the model, it is loaded without; `mediaProblem` says why. */
  mediaOptional: boolean;
  /** Tokens of context; 0 means the smaller of the model's own and 8192. */
  contextSize: number;
  /** 0 means one per physical core that this process may use. */
  threads: number;
  /** Keep to the CPU although there is a GPU. */
  cpuOnly: boolean;
  /** Left out: whatever devices there are take all layers, unless cpuOnly. */
  placement?: NativePlacement;
  /** Read the weights instead of mapping their file, as NativeNeed says. */
  readsWeights?: boolean;
  /** Tokens in the KV cache, of all calls together; 0 means contextSize. */
  cacheCells: number;
  /** "": as the weights deserve. */
  cacheTypeK: string;
  cacheTypeV: string;
  flashAttention: "auto" | "on" | "off";
  /** A GGUF file whose model guesses ahead, or "". */
  draftPath: string;
  /** Jobs that may be unfinished; the next one fails. */
  maxQueue: number;
  /** "error" | "warn" | "info" | "debug", or "" for no log events. */
  logLevel: string;
}

export interface NativeGenerateRequest {
  /** Exactly one of `prompt` and `messages`. */
  prompt?: string;
  /**
   * JSON array of {role, content}, put through the model's chat template. A content is a text,
   * or an array of {type: "text", text}, {type: "image"} and {type: "audio"}.
   */
  messages?: string;
  /** Of the parts in `messages`, in their order; with `prompt`, those before its text. */
  media: NativeMedia[];
  /** Whether special tokens' text in `prompt` becomes the tokens. */
  parseSpecial: boolean;
  maxTokens: number;
  stop: string[];
  sampling: NativeSampling;
  /** How many answers; they share the work on the prompt. */
  completions: number;
  /** Alternatives per token; -1 for no log-probabilities. */
  logprobs: number;
  /** Tokens to guess ahead from the text itself; 0 for none. */
  promptLookup: number;
  /** -100 to 100. */
  priority: number;
  truncation: "error" | "left" | "middle" | "rolling";
}

/** A picture or a sound: a file's content, or a picture's pixels row by row. Copied at once. */
export type NativeMedia =
  | { kind: "image"; bytes: Uint8Array }
  | { kind: "image"; width: number; height: number; rgb: Uint8Array }
  /** A sound that is longer is refused. */
  | { kind: "audio"; bytes: Uint8Array; maxSeconds: number };

/** All fields are required: defaults are resolved in TypeScript, once. */
export interface NativeSampling {
  temperature: number;
  topK: number;
  topP: number;
  minP: number;
  typicalP: number;
  repeatPenalty: number;
  frequencyPenalty: number;
  presencePenalty: number;
  penaltyLastN: number;
  dryMultiplier: number;
  dryBase: number;
  dryAllowedLength: number;
  dryPenaltyLastN: number;
  drySequenceBreakers: string[];
  xtcProbability: number;
  xtcThreshold: number;
  /** 0 off, 1 or 2. */
  mirostat: number;
  mirostatTau: number;
  mirostatEta: number;
  /** Pairs of token id and bias; -Infinity forbids the token. */
  logitBias: [number, number][];
  /** 32 bits, without sign. */
  seed: number;
  /** GBNF text, or "" for none. */
  grammar: string;
}

export interface NativeScoreRequest {
  text?: string;
  tokens?: Int32Array;
}

export interface NativeEmbedRequest {
  texts: string[];
  /** "model": as the model's file says. */
  pooling: "model" | "none" | "mean" | "cls" | "last";
  /** Whether each vector gets a Euclidean length of 1. */
  normalize: boolean;
}

export interface NativeRerankRequest {
  query: string;
  documents: string[];
}

export interface NativeClassifyRequest {
  texts: string[];
  /** "shares" of 1, "each" for itself from 0 to 1, or "raw" outputs of the head. */
  scores: "shares" | "each" | "raw";
  /** With it, each text is the second of a pair, and this is the first. */
  first?: string;
}

export type NativeEvent =
  | {
      type: "progress";
      model: number;
      job: number;
      stage: "load" | "encode" | "prefill";
      done: number;
      total: number;
    }
  | { type: "text"; model: number; job: number; text: string; index: number }
  | { type: "log"; model: number; level: "error" | "warn" | "info" | "debug"; text: string }
  | { type: "done"; model: number; job: number; result: unknown }
  | { type: "failed"; model: number; job: number; error: NativeFailure };

export interface NativeFailure {
  /** A code of native/core/codes.h, or "ABORTED" after `cancel`. */
  code: string;
  message: string;
  details: Record<string, unknown>;
}

/** Result of a load job. */
export interface NativeModelInfo {
  architecture: string;
  description: string;
  parameterCount: number;
  sizeBytes: number;
  contextSize: number;
  trainContextSize: number;
  vocabularySize: number;
  threads: number;
  cacheCells: number;
  /** Whether calls share the KV cache's cells of common beginnings. */
  prefixReuse: boolean;
  hasChatTemplate: boolean;
  takesImages: boolean;
  takesAudio: boolean;
  /** Why it takes neither, although a part for that was given. */
  mediaProblem?: string;
}

export interface NativeTokenChoice {
  token: number;
  text: string;
  logprob: number;
}

export interface NativeTokenLogprob extends NativeTokenChoice {
  alternatives: NativeTokenChoice[];
}

export interface NativeCompletion {
  finishReason: "stop" | "length";
  /** The stop string that ended the text, or "". */
  stopSequence: string;
  tokens: number;
  seed: number;
  logprobs: NativeTokenLogprob[];
}

/** Result of a generate job; the texts came as text events, by index of the completion. */
export interface NativeGenerateResult {
  completions: NativeCompletion[];
  promptTokens: number;
  /** Of the prompt, those of pictures and sounds. */
  mediaTokens: number;
  /** Of the prompt, taken from the KV cache instead of computed. */
  cachedTokens: number;
  /** Of the prompt, left out because it was too long. */
  truncatedTokens: number;
  draftedTokens: number;
  acceptedTokens: number;
  queueMs: number;
  encodeMs: number;
  prefillMs: number;
  decodeMs: number;
  sampleMs: number;
}

/** Result of a score job; `logprobs[0]` is NaN, because nothing precedes the first token. */
export interface NativeScoreResult {
  tokens: Int32Array;
  logprobs: Float32Array;
}

/** Result of an embed job: all rows of the first text, then those of the next. */
export interface NativeEmbedResult {
  dimensions: number;
  /** Of each text: 1, or its tokens when nothing was pooled. */
  rows: Int32Array;
  values: Float32Array;
}

/** Result of a classify job: `labels.length` scores per text. */
export interface NativeClassifyResult {
  labels: string[];
  scores: Float32Array;
}

/** What a chat template does, as trying it shows; nothing of it says how well a model does it. */
export interface NativeTemplateFeatures {
  /** Shows what a system message says. */
  systemRole: boolean;
  /** Describes functions to the model. */
  tools: boolean;
  /** Shows calls of earlier turns. */
  toolCalls: boolean;
  parallelToolCalls: boolean;
  /** Takes contents that are arrays of parts. */
  typedContent: boolean;
  /** Shows the reasoning of earlier turns. */
  reasoningHistory: boolean;
  /** Has levels of effort. */
  reasoningEffort: boolean;
  /** enable_thinking changes the prompt. */
  thinkingSwitch: boolean;
  /** An answer begins inside of a thought. */
  thinkingOpened: boolean;
}

export interface NativeDevice {
  id: string;
  name: string;
  type: "cpu" | "gpu" | "integrated" | "accelerator";
  totalBytes: number;
  freeBytes: number;
}

export interface NativeUsage {
  devices: NativeDeviceMemory[];
  /** Jobs accepted and not yet settled. */
  queueDepth: number;
  /** Sequences that are being computed. */
  active: number;
  kvCellsUsed: number;
  kvCellsTotal: number;
  /** Of pictures and sounds that are encoded and kept. */
  mediaCacheBytes: number;
}

export interface NativeInspection {
  path: string;
  sizeBytes: number;
  architecture: string;
  /** Arrays are described; up to 16 numbers are read as well. */
  metadata: Record<
    string,
    string | number | boolean | { type: string; length: number; values?: number[] }
  >;
  tensors: { name: string; type: string; shape: number[]; bytes: number }[];
  chatTemplate: string;
}
