import type { PlanMetadata } from "../native/checkpoint-plan.js";

/** A key without its architecture, the type that the engine reads, and a value of it. */
export type Metadata =
  | readonly [key: string, type: "u32" | "f32", value: number]
  | readonly [key: string, type: "bool", value: boolean]
  | readonly [key: string, type: "string", value: string]
  | readonly [key: string, type: "i32[]" | "f32[]", value: readonly number[]]
  | readonly [key: string, type: "bool[]", value: readonly boolean[]]
  | readonly [key: string, type: "string[]", value: readonly string[]];

// These keys belong to the file, not to its architecture.
const GLOBAL = /^(?:general|tokenizer)[.]/;

/** The entries as the file has them; of several with one key, the last counts. */
export function qualify(architecture: string, entries: readonly Metadata[]): PlanMetadata[] {
  const byKey = new Map<string, PlanMetadata>();
  for (const [key, type, value] of entries) {
    const full = GLOBAL.test(key) ? key : `${architecture}.${key}`;
    byKey.set(full, { key: full, type, value } as PlanMetadata);
  }
  return [...byKey.values()];
}
