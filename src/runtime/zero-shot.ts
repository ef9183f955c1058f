import { UnsupportedFeatureError } from "../errors.js";
import type { NativeClassifyResult } from "../native/binding.js";
import type { LabelScore } from "./pooled-results.js";

/** The sentences whose truth says which label a text has. */
export function hypotheses(labels: readonly string[], template: string): string[] {
  return labels.map((label) => template.replaceAll("{}", () => label));
}

/**
 * Labels of the caller's own, best first, by a model that tells whether a sentence follows
 * from a text: as transformers' pipeline "zero-shot-classification" scores them.
 *
 * @param native raw outputs, a row per label
 * @param isMulti whether each label is scored for itself; a single one always is
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE when the model does not tell that
 */
export function scoreLabels(
  labels: readonly string[],
  native: NativeClassifyResult,
  isMulti: boolean,
): LabelScore[] {
  const width = native.labels.length;
  const entailment = native.labels.findIndex((label) => /^entail/i.test(label));
  if (entailment < 0 || width < 2) throw noInference(native.labels);
  const contradiction = entailment === 0 ? width - 1 : 0;
  const outputs = labels.map((_, row) => ({
    entailed: native.scores[row * width + entailment] ?? 0,
    contradicted: native.scores[row * width + contradiction] ?? 0,
  }));
  const scores =
    isMulti || labels.length === 1
      ? outputs.map(({ entailed, contradicted }) => 1 / (1 + Math.exp(contradicted - entailed)))
      : softmax(outputs.map(({ entailed }) => entailed));
  return labels
    .map((label, index) => ({ label, score: scores[index] ?? 0 }))
    .sort((a, b) => b.score - a.score);
}

function softmax(values: readonly number[]): number[] {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function noInference(labels: readonly string[]): UnsupportedFeatureError {
  const own = labels.slice(0, 10).join(", ");
  return new UnsupportedFeatureError(
    `This model has labels of its own (${own}) and does not tell whether one text follows from ` +
      "another. Leave labels out, take a model for natural language inference, or let a " +
      "generative model choose one with generate() and a grammar.",
    { details: { parameter: "labels", labels: own } },
  );
}
