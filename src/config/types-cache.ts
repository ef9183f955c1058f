/** How numbers are stored in the key-value cache. */
export type CacheType = "f32" | "f16" | "bf16" | "q8_0" | "q5_1" | "q5_0" | "q4_1" | "q4_0";

/** What the memory of conversations takes: the key-value cache, which all calls share. */
export interface CacheOptions {
  /**
   * Tokens that the cache holds, of all calls together: those that run, and finished ones
   * that later calls may continue. At least `context_window`.
   * @default context_window
   */
  kv_cache_tokens?: number | undefined;
  /**
   * Type of the cached keys. The quantised ones take less memory, and cost some accuracy.
   * @default "f16"; "f32" where the weights are float32
   */
  cache_type_k?: CacheType | undefined;
  /**
   * Type of the cached values. The quantised ones need flash attention.
   * @default "f16"; "f32" where the weights are float32
   */
  cache_type_v?: CacheType | undefined;
  /**
   * Whether to use flash attention; "auto": where the device can, and where the weights are
   * not float32, whose exactness it would cost.
   * @default "auto"
   */
  use_flash_attention?: boolean | "auto" | undefined;
  /**
   * A smaller model with the same vocabulary, as a path or `file:` URL. It guesses several
   * tokens ahead, which the model verifies at once: the text stays the same, and comes
   * faster where the guesses are right. Where they do not pay, none are made.
   * @default none
   */
  draft_model?: string | undefined;
  /**
   * The projector (mmproj) with which a GGUF model sees, as a path or `file:` URL. A
   * checkpoint has all of its parts.
   * @default one that lies beside the model and is named like it, if there is one
   */
  mmproj?: string | undefined;
  /**
   * Calls that may be unfinished, 1 to 1048576; one more is a ResourceError.
   * @default 1024
   */
  max_queue?: number | undefined;
}
