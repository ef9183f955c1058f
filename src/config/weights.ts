import { invalidParameter } from "./invalid.js";
import type { ResolvedWeights } from "./resolved.js";
import type { WeightOptions } from "./types-weights.js";

/**
 * One type and one quantisation of the ways to ask for them.
 *
 * @throws {InvalidParameterError} INVALID_PARAMETER when they contradict each other
 */
export function resolveWeights(given: WeightOptions): ResolvedWeights {
  const { torch_dtype: dtype = "auto", quantization, adapter = [] } = given;
  const short = shortForm(given);
  if (short !== undefined && quantization !== undefined && quantization !== short.means) {
    throw invalidParameter(
      `${short.name} means quantization ${JSON.stringify(short.means)}, and quantization is ${JSON.stringify(quantization)}`,
      { parameter: short.name, value: true, allowed: "one of the two options" },
    );
  }
  return Object.freeze({
    dtype,
    quantization: quantization ?? short?.means ?? "none",
    quantizedBy: quantization === undefined && short !== undefined ? short.name : "quantization",
    adapters: Object.freeze([adapter].flat()),
  });
}

interface ShortForm {
  readonly name: "load_in_8bit" | "load_in_4bit";
  readonly means: "q8_0" | "q4_0";
}

function shortForm({ load_in_8bit: in8, load_in_4bit: in4 }: WeightOptions): ShortForm | undefined {
  if (in8 === true && in4 === true) {
    throw invalidParameter("load_in_8bit and load_in_4bit exclude each other", {
      parameter: "load_in_4bit",
      value: true,
      allowed: "one of the two options",
    });
  }
  if (in8 === true) return { name: "load_in_8bit", means: "q8_0" };
  return in4 === true ? { name: "load_in_4bit", means: "q4_0" } : undefined;
}

/** Weights as they are. */
export const PLAIN_WEIGHTS = resolveWeights({});
