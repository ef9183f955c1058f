import type { Evidence, Head } from "../evidence.js";
import { nameHas } from "../names.js";

const WRITING: readonly Head[] = ["causal", "image-text", "audio-text"];
const READING: readonly Head[] = [
  "masked",
  "encoder",
  "sequence-classification",
  "token-classification",
  "question-answering",
];

/** Whether it continues a text, be it after pictures or sounds. */
export function continuesText({ head }: Evidence): boolean {
  return head !== undefined && WRITING.includes(head);
}

/** Whether it reads texts and writes none. */
export function onlyReads({ head }: Evidence): boolean {
  return head !== undefined && READING.includes(head);
}

/** Whether it is a decoder that was trained to compare texts instead of writing them. */
export function isRepurposed(evidence: Evidence): string | undefined {
  if (evidence.isSentenceTransformer) return "files of sentence-transformers";
  const word = embedderWord(evidence) ?? rerankerWord(evidence);
  return word === undefined ? undefined : `its name has "${word}" in it`;
}

export function embedderWord(evidence: Evidence): string | undefined {
  return nameHas(
    evidence,
    /embed(?:ding|der)?s?|embeddinggemma|bge|gte|e5|minilm|sentence|simcse|sbert|labse|retriever/,
  );
}

export function rerankerWord(evidence: Evidence): string | undefined {
  return nameHas(evidence, /re-?rank(?:er|ing)?|cross-encoder|ms-marco|mxbai-rerank/);
}

/** "its class, LlamaForCausalLM". */
export function classWords({ className, modelType }: Evidence): string {
  if (className !== undefined) return `its class, ${className}`;
  return `its architecture, ${modelType ?? "which has no name"}`;
}
