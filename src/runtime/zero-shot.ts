import { ContextWindowExceededError, UnsupportedFeatureError } from "../errors.js";
import type { ResolvedCallOptions } from "../config/resolved.js";
import type { NativeClassifyRequest, NativeClassifyResult } from "../native/binding.js";
import { CallScope } from "./call-scope.js";
import type { LabelScore } from "./pooled-results.js";

// Texts whose sentences are served at a time: enough to fill batches, and few of the queue.
const TEXTS_AT_ONCE = 4;

/** Classifies by the loaded model. */
export type Classify = (
  request: NativeClassifyRequest,
  options: ResolvedCallOptions,
) => Promise<NativeClassifyResult>;

/** What the caller wants to know of each text. */
export interface LabelChoice {
  readonly labels: readonly string[];
  /** Whether each label is scored for itself; a single one always is. */
  readonly multi_label: boolean;
  readonly hypothesis_template: string;
}

/**
 * Labels of the caller's own for each text, best first. The first failure ends all.
 *
 * @throws {ContextWindowExceededError} CONTEXT_WINDOW_EXCEEDED; `details.index` says which text
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE when the model does not tell whether one
 *   text follows from another
 */
export async function classifyByLabels(
  texts: readonly string[],
  { labels, multi_label, hypothesis_template }: LabelChoice,
  { signal, onProgress }: ResolvedCallOptions,
  classify: Classify,
): Promise<LabelScore[][]> {
  const sentences = hypotheses(labels, hypothesis_template);
  const scope = new CallScope(signal, undefined);
  const results: LabelScore[][] = [];
  const waiting = texts.entries();
  const work = async (): Promise<void> => {
    for (const [index, first] of waiting) {
      const request = { texts: sentences, first, scores: "raw" } as const;
      const native = await classify(request, { signal: scope.signal, onProgress }).catch(
        (error: unknown) => {
          throw namingText(error, index);
        },
      );
      results[index] = scoreLabels(labels, native, multi_label);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(TEXTS_AT_ONCE, texts.length) }, work));
    return results;
  } catch (error) {
    scope.abort(error);
    throw error;
  } finally {
    scope.dispose();
  }
}

/** The core counts the sentences of one text. */
function namingText(error: unknown, index: number): unknown {
  if (!(error instanceof ContextWindowExceededError)) return error;
  const named = new ContextWindowExceededError(error.message, {
    details: { ...error.details, index },
  });
  named.stack = error.stack ?? named.stack ?? "";
  return named;
}

/** The sentences whose truth says which label a text has. */
function hypotheses(labels: readonly string[], template: string): string[] {
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
function scoreLabels(
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
