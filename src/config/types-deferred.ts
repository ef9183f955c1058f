/** A device: `cpu`, `cuda`, `cuda:1`, `metal` (`mps`), `vulkan:0`. */
export type DeviceName =
  "cpu" | "metal" | "mps" | "cuda" | "vulkan" | `cuda:${number}` | `vulkan:${number}`;

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
   * Seconds for which an idle model stays loaded. Served: Infinity, until cleanup().
   * @default Infinity
   */
  keep_alive?: number;
  /**
   * Whether code that comes with a model may run. Served: false; it never runs.
   * @default false
   */
  trust_remote_code?: boolean;
}

/** The same for options of generate() that may also be set in the constructor. */
export interface DeferredGenerationOptions {
  /**
   * Functions that the model may call. Served: [].
   * @default []
   */
  tools?: readonly Readonly<Record<string, unknown>>[];
}

export type { FileInput } from "./types-files.js";
