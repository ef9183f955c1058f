/**
 * Constructor options that this version knows but serves in part: a value that it does
 * not serve is an UnsupportedFeatureError, and is never ignored.
 */
export interface DeferredProviderOptions {
  /**
   * Whether code that comes with a model may run. Served: false; it never runs.
   * @default false
   */
  trust_remote_code?: boolean | undefined;
}

/** The same for options of generate() that may also be set in the constructor. */
export interface DeferredGenerationOptions {
  /**
   * Functions that the model may call. Served: [].
   * @default []
   */
  tools?: readonly Readonly<Record<string, unknown>>[] | undefined;
}

export type { FileInput } from "./types-files.js";
