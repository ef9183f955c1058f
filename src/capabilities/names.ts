import type { Evidence } from "./evidence.js";

/** Whether a model's name has a word in it: between separators, case aside. */
export function nameHas({ name }: Evidence, words: RegExp): string | undefined {
  const source = `(?<![a-z0-9])(?:${words.source})(?![a-z])`;
  return new RegExp(source, "i").exec(name)?.[0];
}

const INSTRUCT =
  /instruct|chat|it|sft|dpo|assistant|zephyr|hermes|vicuna|alpaca|tulu|openhermes|rlhf/;
const BASE = /base|pt|pretrained|foundation/;

/**
 * Whether a model was taught to follow instructions, and what says so; undefined when nothing
 * does either way.
 */
export function instructWords(evidence: Evidence): string | undefined {
  const { template, card } = evidence;
  if (card?.tags.includes("conversational") === true) return 'the card\'s tag "conversational"';
  const word = nameHas(evidence, INSTRUCT);
  if (word !== undefined) return `its name has "${word}" in it`;
  const isBase = nameHas(evidence, BASE) !== undefined;
  return template !== undefined && template !== null && !isBase ? "a chat template" : undefined;
}

/** How a number of parameters is written: "7.2 billion parameters". */
export function sizeWords(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)} billion parameters`;
  return `${String(Math.round(count / 1e6))} million parameters`;
}
