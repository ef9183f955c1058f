import type { FeatureExtractionRun } from "./tasks/feature-extraction.js";
import type { ImageTextToTextRun, ImageToTextRun, QuestionAnsweringRun } from "./tasks/pictures.js";
import type { SentenceSimilarityRun } from "./tasks/sentence-similarity.js";
import type { SummaryText, Text2TextRun, TranslationText } from "./tasks/text2text-generation.js";
import type { TextClassificationRun } from "./tasks/text-classification.js";
import type { TextGenerationRun } from "./tasks/text-generation.js";
import type { TextRankingRun } from "./tasks/text-ranking.js";
import type { ZeroShotRun } from "./tasks/zero-shot-classification.js";

/** How each task is called. */
export interface PipelineRuns {
  "text-generation": TextGenerationRun;
  "text2text-generation": Text2TextRun;
  summarization: Text2TextRun<SummaryText>;
  translation: Text2TextRun<TranslationText>;
  "feature-extraction": FeatureExtractionRun;
  "sentence-similarity": SentenceSimilarityRun;
  "text-classification": TextClassificationRun;
  "sentiment-analysis": TextClassificationRun;
  "zero-shot-classification": ZeroShotRun;
  "text-ranking": TextRankingRun;
  "image-to-text": ImageToTextRun;
  "image-text-to-text": ImageTextToTextRun;
  "visual-question-answering": QuestionAnsweringRun;
  "document-question-answering": QuestionAnsweringRun;
}

export type PipelineTask = keyof PipelineRuns | `translation_${string}_to_${string}`;

/** What `pipeline()` gives: a function with a model behind it. */
export type Pipeline<Task extends PipelineTask = PipelineTask> = PipelineRunOf<Task> &
  AsyncDisposable & {
    readonly task: string;
    /** Stops all calls and frees the model, like the provider's `cleanup()`. */
    dispose(): Promise<void>;
  };

type PipelineRunOf<Task extends PipelineTask> = Task extends keyof PipelineRuns
  ? PipelineRuns[Task]
  : PipelineRuns["translation"];
