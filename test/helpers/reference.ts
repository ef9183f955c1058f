import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { HuggingFaceProvider, MessageInput } from "../../src/index.js";

/** A conversation and how transformers goes on with it: in float32, greedily. */
export interface ReferenceEntry {
  readonly messages: readonly MessageInput[];
  readonly output: string;
}

const FIXTURE = new URL("../fixtures/ember/reference.json", import.meta.url);

const ENTRIES = JSON.parse(readFileSync(FIXTURE, "utf8")) as object[];

/** The entries without pictures and tools. */
export const REFERENCE = ENTRIES.filter(
  (entry): entry is ReferenceEntry => "messages" in entry && !("tools" in entry),
);

/** What the embedded model answers to a question of the reference, greedily. */
export function answerTo(question: string): string {
  const entry = REFERENCE.find(({ messages }) => messages[0]?.content === question);
  if (entry === undefined) throw new Error(`The reference has no ${JSON.stringify(question)}`);
  return entry.output;
}

export const STORY_PROMPT = "Tell me a story.";
export const STORY = answerTo(STORY_PROMPT);

/** That a greedy provider works, and works right, after whatever was done to it. */
export async function assertAnswers(llm: HuggingFaceProvider): Promise<void> {
  const question = "What is the capital of France?";
  assert.equal(await llm.generate(question), answerTo(question));
}
