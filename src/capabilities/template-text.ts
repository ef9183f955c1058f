import type { TemplateFeatures } from "./evidence.js";

const THOUGHTS = /enable_thinking|<\/?think>|reasoning_content|reasoning_effort|thinking/;

/** What a chat template seems to do by its text alone: less sure than trying it. */
export function readTemplate(source: string): TemplateFeatures {
  return {
    tried: false,
    system: /["']system["']/.test(source),
    tools: /\btools\b/.test(source),
    thinking: mentionsThoughts(source),
  };
}

/** Whether a template speaks of thoughts at all: also of how to leave them out of a history. */
export function mentionsThoughts(source: string): boolean {
  return THOUGHTS.test(source);
}
