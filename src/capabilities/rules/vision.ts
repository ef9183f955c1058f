import { instructWords, nameHas } from "../names.js";
import type { Evidence } from "../evidence.js";
import { speaksAgainst, speaksFor, type Rule } from "../rule.js";
import { classWords, continuesText, onlyReads } from "./predicates.js";

const ENOUGH_FOR_DOCUMENTS = 4096;
/** Towers that see pages in as many tiles or tokens as these need. */
const SEES_PAGES =
  /qwen|internvl|idefics3|smolvlm|pixtral|paddleocr|deepseek|minicpm|molmo|nemotron/;

/** Pictures, questions about them, and documents. */
export const VISION_RULES: readonly Rule[] = [
  speaksFor("image_to_text", 0.95, (e) =>
    e.vision !== undefined && isImageText(e) ? `a part that sees${typeOf(e)}` : undefined,
  ),
  speaksFor("image_to_text", 0.95, (e) =>
    e.head === "image-captioning" ? `${classWords(e)}, describes pictures` : undefined,
  ),
  speaksFor("image_to_text", 0.8, (e) =>
    e.head === "image-text" && e.vision === undefined ? classWords(e) : undefined,
  ),
  speaksAgainst("image_to_text", 0.97, (e) =>
    e.vision === undefined && continuesText(e) && e.head !== "image-text"
      ? e.format === "gguf"
        ? "no projector (mmproj) beside the file"
        : "no part that sees"
      : undefined,
  ),
  speaksAgainst("image_to_text", 0.98, (e) =>
    onlyReads(e) || e.head === "seq2seq" ? classWords(e) : undefined,
  ),

  speaksFor("visual_question_answering", 0.7, (e) =>
    isImageText(e) ? "it reads pictures and texts together" : undefined,
  ),
  speaksFor("visual_question_answering", 0.7, (e) => {
    const words = instructWords(e);
    return isImageText(e) && words !== undefined ? `taught to answer: ${words}` : undefined;
  }),
  speaksFor("visual_question_answering", 0.97, (e) =>
    e.head === "visual-question-answering" ? classWords(e) : undefined,
  ),
  speaksAgainst("visual_question_answering", 0.9, (e) =>
    e.head === "image-captioning" ? `${classWords(e)}, describes and answers nothing` : undefined,
  ),
  speaksAgainst("visual_question_answering", 0.97, (e) =>
    e.vision === undefined && !isImageText(e) && (continuesText(e) || onlyReads(e))
      ? "no part that sees"
      : undefined,
  ),

  speaksFor("document_question_answering", 0.97, (e) =>
    e.head === "document-question-answering" ? classWords(e) : undefined,
  ),
  speaksFor("document_question_answering", 0.9, (e) => {
    const word = nameHas(e, /docvqa|document-qa/);
    return word === undefined ? undefined : `its name has "${word}" in it`;
  }),
  speaksFor("document_question_answering", 0.7, (e) =>
    answersLongTexts(e)
      ? `an assistant with room for ${String(e.contextLength)} tokens of a document's text`
      : undefined,
  ),
  speaksFor("document_question_answering", 0.6, (e) =>
    isImageText(e) && instructWords(e) !== undefined && SEES_PAGES.test(kindOf(e))
      ? "it sees pages as they are"
      : undefined,
  ),
  speaksAgainst("document_question_answering", 0.7, (e) =>
    continuesText(e) && e.template === null && instructWords(e) === undefined
      ? "not taught to answer"
      : undefined,
  ),
  speaksAgainst("document_question_answering", 0.7, (e) =>
    e.contextLength !== undefined && e.contextLength < ENOUGH_FOR_DOCUMENTS && continuesText(e)
      ? `room for ${String(e.contextLength)} tokens only`
      : undefined,
  ),
  speaksAgainst("document_question_answering", 0.9, (e) =>
    onlyReads(e) && e.head !== "question-answering" ? classWords(e) : undefined,
  ),
];

function isImageText({ head, vision }: Evidence): boolean {
  return (
    head === "image-text" || (vision !== undefined && (head === "causal" || head === "seq2seq"))
  );
}

function answersLongTexts(e: Evidence): boolean {
  const isAssistant = continuesText(e) && instructWords(e) !== undefined;
  return isAssistant && (e.contextLength ?? 0) >= ENOUGH_FOR_DOCUMENTS;
}

function kindOf({ modelType, vision }: Evidence): string {
  return `${modelType ?? ""} ${vision?.type ?? ""}`;
}

function typeOf({ vision }: Evidence): string {
  return vision?.type === undefined ? "" : `, ${vision.type}`;
}
