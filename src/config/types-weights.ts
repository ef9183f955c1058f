/** Types that weights can be converted to; "auto" keeps those of the checkpoint. */
export type WeightDtype = "auto" | "float32" | "float16" | "bfloat16";

/** Mixtures of types, as llama.cpp names them. */
export type Quantization =
  | "none"
  | "q8_0"
  | "q6_k"
  | "q5_k_m"
  | "q5_k_s"
  | "q4_k_m"
  | "q4_k_s"
  | "q4_0"
  | "q3_k_l"
  | "q3_k_m"
  | "q3_k_s"
  | "q2_k";

/** What the weights of a Hugging Face checkpoint become while it loads. */
export interface WeightOptions {
  /**
   * Type to which weights are converted. "float32" is also how results come nearest to
   * those of transformers in float32.
   * @default "auto", the types of the checkpoint
   */
  torch_dtype?: WeightDtype | undefined;
  /**
   * Quantises while loading. "q8_0" and "q4_0" are quick enough for every load; the others
   * are computed once and kept in the cache folder.
   * @default "none"
   */
  quantization?: Quantization | undefined;
  /**
   * Short for quantization "q8_0".
   * @default false
   */
  load_in_8bit?: boolean | undefined;
  /**
   * Short for quantization "q4_0".
   * @default false
   */
  load_in_4bit?: boolean | undefined;
  /**
   * LoRA adapters of PEFT to apply: one folder, or several, which add up.
   * @default []
   */
  adapter?: string | readonly string[] | undefined;
}
