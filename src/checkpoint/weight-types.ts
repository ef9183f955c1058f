import type { NativeSourceTensor } from "../native/checkpoint-plan.js";
import { UnsupportedModelError } from "../errors.js";

/** What a user may ask the weights to become; "auto" keeps the types of the checkpoint. */
export interface WeightOptions {
  readonly dtype: "auto" | "float32" | "float16" | "bfloat16";
  /** "none", "q8_0", "q4_0", or a mixture such as "q4_k_m". */
  readonly quantization: string;
}

/** The type that the engine uses for each weight. */
export interface WeightTypes {
  /** @param columns of the tensor, which quantised types take in blocks */
  of(name: string, sources: readonly NativeSourceTensor[], columns: number): string;
  /** The engine's number for what the file mostly consists of. */
  readonly fileType: number;
  readonly isQuantised: boolean;
  /** A mixture that C++ works out; undefined when `of` has the last word. */
  readonly mixture: string | undefined;
}

const OF_SOURCE: Readonly<Record<string, string>> = {
  F64: "F32",
  F32: "F32",
  F16: "F16",
  BF16: "BF16",
};
const OF_OPTION = { float32: "F32", float16: "F16", bfloat16: "BF16" } as const;
// llama_ftype, as far as it can be asked for.
const FILE_TYPES: Readonly<Record<string, number>> = {
  ...{ F32: 0, F16: 1, Q4_0: 2, Q8_0: 7, Q2_K: 10, Q3_K_S: 11, Q3_K_M: 12, Q3_K_L: 13 },
  ...{ Q4_K_S: 14, Q4_K_M: 15, Q5_K_S: 16, Q5_K_M: 17, Q6_K: 18, BF16: 32 },
};
const BLOCK = 32;

/**
 * @param tensors of the checkpoint; the type of the largest is that of the file
 */
export function chooseWeightTypes(
  { dtype, quantization }: WeightOptions,
  tensors: readonly NativeSourceTensor[],
): WeightTypes {
  const plain = (sources: readonly NativeSourceTensor[]): string =>
    dtype === "auto" ? typeOf(sources) : OF_OPTION[dtype];
  const asked = quantization.toUpperCase();
  const isQuantised = asked !== "NONE";
  const streams = asked === "Q8_0" || asked === "Q4_0";
  return {
    of(name, sources, columns) {
      const type = plain(sources);
      if (!streams || columns % BLOCK !== 0) return type;
      // Classifier heads are small, and 4 bits tell too much of an output apart.
      if (name.startsWith("cls")) return type;
      const isEdge = name === "output.weight" || name === "token_embd.weight";
      return isEdge ? "Q8_0" : asked;
    },
    fileType: FILE_TYPES[isQuantised ? asked : plain(largest(tensors))] ?? 0,
    isQuantised,
    mixture: isQuantised && !streams ? asked : undefined,
  };
}

function typeOf(sources: readonly NativeSourceTensor[]): string {
  const types = new Set(sources.map(({ dtype }) => OF_SOURCE[dtype]));
  const [type = "F32"] = types;
  return types.size === 1 ? type : "F32";
}

function largest(tensors: readonly NativeSourceTensor[]): NativeSourceTensor[] {
  const size = ({ shape }: NativeSourceTensor): number => shape.reduce((a, b) => a * b, 1);
  let best: NativeSourceTensor | undefined;
  for (const tensor of tensors) {
    if (best === undefined || size(tensor) > size(best)) best = tensor;
  }
  return best === undefined ? [] : [best];
}

/**
 * @param file absolute path, for the message
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL when a tensor's elements are no plain floats
 */
export function requirePlainType({ name, dtype }: NativeSourceTensor, file: string): void {
  if (OF_SOURCE[dtype] !== undefined) return;
  throw new UnsupportedModelError(
    `${file}: the tensor ${JSON.stringify(name)} is of the type ${dtype}. Checkpoints that are ` +
      "quantised already are not served; use the original one, with the option quantization.",
    { details: { path: file, tensor: name, dtype } },
  );
}
