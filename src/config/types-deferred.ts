/** A device: `cpu`, `cuda`, `cuda:1`, `metal` (`mps`), `vulkan:0`. */
export type DeviceName =
  "cpu" | "metal" | "mps" | "cuda" | "vulkan" | `cuda:${number}` | `vulkan:${number}`;

/** How numbers are stored in the key-value cache. */
export type CacheType = "f32" | "f16" | "bf16" | "q8_0" | "q5_1" | "q5_0" | "q4_1" | "q4_0";

/**
 * Constructor options that this version knows but serves in part: a value that it does
 * not serve is an UnsupportedFeatureError, and is never ignored.
 */
export interface DeferredProviderOptions {
  /**
   * Where the model's layers lie. Served: "auto" and "cpu".
   * @default "auto"
   */
  device_map?: "auto" | DeviceName | Readonly<Record<string, DeviceName>>;
  /**
   * Memory budget per device, as bytes or as "4GiB". Served: {}.
   * @default {}
   */
  max_memory?: Readonly<Record<string, number | string>>;
  /**
   * Whether to use flash attention. Served: "auto", where the device can.
   * @default "auto"
   */
  use_flash_attention?: boolean | "auto";
  /**
   * Type of the cached keys. Served: "f16".
   * @default "f16"
   */
  cache_type_k?: CacheType;
  /**
   * Type of the cached values. Served: "f16".
   * @default "f16"
   */
  cache_type_v?: CacheType;
  /**
   * Seconds for which an idle model stays loaded. Served: Infinity, until cleanup().
   * @default Infinity
   */
  keep_alive?: number;
  /** Folder of downloaded models. Not served yet. */
  cache_dir?: string;
  /** Access token of the Hub. Not served yet. */
  token?: string;
  /** Branch, tag or commit of the model's repository. Not served yet. */
  revision?: string;
  /**
   * Whether downloads are forbidden. This version downloads nothing anyway.
   * @default false
   */
  local_files_only?: boolean;
  /**
   * Whether code that comes with a model may run. Served: false; it never runs.
   * @default false
   */
  trust_remote_code?: boolean;
  /** Small model whose guesses speed up decoding. Not served yet. */
  draft_model?: string;
  /** Projector file of a vision or audio model. Not served yet. */
  mmproj?: string;
}

/** The same for options of generate() that may also be set in the constructor. */
export interface DeferredGenerationOptions {
  /**
   * Functions that the model may call. Served: [].
   * @default []
   */
  tools?: readonly Readonly<Record<string, unknown>>[];
  /**
   * Number of completions. Served: 1.
   * @default 1
   */
  n?: number;
  /**
   * Whether to report log-probabilities, or with how many alternatives. Served: false.
   * @default false
   */
  logprobs?: boolean | number;
  /**
   * Precedence over other calls, -100 to 100. Served: 0.
   * @default 0
   */
  priority?: number;
  /**
   * What happens to a prompt that is too long. Served: "error".
   * @default "error"
   */
  truncation_strategy?: "error" | "left" | "middle" | "rolling";
}

/** What `files` takes: a path or URL as text, a URL, bytes, a Blob or a stream of bytes. */
export type FileInput = string | URL | Uint8Array | ArrayBuffer | Blob | AsyncIterable<Uint8Array>;
