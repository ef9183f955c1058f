import type { TaskDefinition } from "../task-pipeline.js";
import { FeatureExtraction } from "./feature-extraction.js";
import { ImageTextToText, ImageToText, QuestionAnswering } from "./pictures.js";
import { SentenceSimilarity } from "./sentence-similarity.js";
import { Text2TextGeneration } from "./text2text-generation.js";
import { TextClassification } from "./text-classification.js";
import { TextGeneration } from "./text-generation.js";
import { TextRanking } from "./text-ranking.js";
import { ZeroShotClassification } from "./zero-shot-classification.js";

/** What is served, by the names of transformers. */
export const TASKS = {
  "text-generation": {
    needs: ["text_generation"],
    create: (model) => new TextGeneration(model),
  },
  "text2text-generation": {
    needs: ["text2text_generation"],
    create: (model) => new Text2TextGeneration(model, "generated_text"),
  },
  summarization: {
    needs: ["text2text_generation"],
    create: (model) => new Text2TextGeneration(model, "summary_text"),
  },
  translation: {
    needs: ["text2text_generation"],
    create: (model) => new Text2TextGeneration(model, "translation_text"),
  },
  "feature-extraction": {
    needs: ["feature_extraction", "text_generation"],
    create: (model) => new FeatureExtraction(model),
  },
  "sentence-similarity": {
    needs: ["feature_extraction", "text_generation"],
    create: (model) => new SentenceSimilarity(model),
  },
  "text-classification": {
    needs: ["text_classification", "text_ranking"],
    create: (model) => new TextClassification(model),
  },
  "zero-shot-classification": {
    needs: ["text_classification"],
    create: (model) => new ZeroShotClassification(model),
  },
  "text-ranking": {
    needs: ["text_ranking"],
    create: (model) => new TextRanking(model),
  },
  "image-to-text": {
    needs: ["image_to_text"],
    create: (model) => new ImageToText(model),
  },
  "image-text-to-text": {
    needs: ["image_to_text", "visual_question_answering"],
    create: (model) => new ImageTextToText(model),
  },
  "visual-question-answering": {
    needs: ["visual_question_answering"],
    create: (model) => new QuestionAnswering(model),
  },
  "document-question-answering": {
    needs: ["document_question_answering", "visual_question_answering", "chat"],
    create: (model) => new QuestionAnswering(model),
  },
} as const satisfies Record<string, TaskDefinition>;

export type TaskName = keyof typeof TASKS;
