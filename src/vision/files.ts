/** The small files of a checkpoint that say how it sees, parsed. */
export interface VisionFiles {
  /** The checkpoint's, absolute: messages name files in it. */
  readonly folder: string;
  readonly config: Json;
  /** preprocessor_config.json */
  readonly preprocessor?: Json | undefined;
  /** processor_config.json */
  readonly processor?: Json | undefined;
  /** tokenizer_config.json */
  readonly tokenizer?: Json | undefined;
}

export type Json = Readonly<Record<string, unknown>>;
