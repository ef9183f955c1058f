import type { ContentPart, FileInput, MessageInput } from "../../config/types.js";
import { isPlainObject } from "../../internal/is-plain-object.js";
import { generationOptions, type PipelineGeneration } from "../generation-options.js";
import { badInput, isChat, type Chat } from "../inputs.js";
import type { PipelineModel, TaskPipeline } from "../task-pipeline.js";
import type { GeneratedText } from "./text-generation.js";

type CallOptions = Readonly<Record<string, unknown>>;

const DESCRIBE = "Describe this image.";

export interface ImageToTextRun {
  (image: FileInput, options?: CallOptions): Promise<GeneratedText[]>;
  (images: readonly FileInput[], options?: CallOptions): Promise<GeneratedText[][]>;
}

/** "image-to-text": a description of each picture; `prompt` asks for something else. */
export class ImageToText implements TaskPipeline {
  readonly #model: PipelineModel;

  constructor(model: PipelineModel) {
    this.#model = model;
  }

  async run(input: unknown, given?: unknown): Promise<GeneratedText[] | GeneratedText[][]> {
    const { llm, task } = this.#model;
    const { prompt = DESCRIBE, ...others } = isPlainObject(given) ? given : {};
    if (typeof prompt !== "string") throw badInput(task, prompt, "a prompt that is a string");
    const rest = given === undefined || isPlainObject(given) ? others : given;
    const { options } = generationOptions(this.#model, rest, { max_tokens: 256, temperature: 0 });
    const describe = async (image: FileInput): Promise<GeneratedText[]> => {
      const { choices } = await llm.generate(prompt, { ...options, files: [image] }).result();
      return choices.map(({ text }) => ({ generated_text: text }));
    };
    if (Array.isArray(input)) return await Promise.all((input as FileInput[]).map(describe));
    if (input === undefined || input === null) throw badInput(task, input, "a picture");
    return await describe(input as FileInput);
  }
}

/** A text with its pictures, which come before it. */
export interface ImageTextInput {
  images?: FileInput | readonly FileInput[];
  text: string;
}

export interface ImageTextResult {
  input_text: string | Chat;
  generated_text: string | MessageInput[];
}

export type ImageTextToTextRun = (
  input: ImageTextInput | Chat,
  options?: CallOptions,
) => Promise<ImageTextResult[]>;

/** "image-text-to-text": conversations with pictures. */
export class ImageTextToText implements TaskPipeline {
  readonly #model: PipelineModel;

  constructor(model: PipelineModel) {
    this.#model = model;
  }

  async run(input: unknown, given?: unknown): Promise<ImageTextResult[]> {
    const { llm, task } = this.#model;
    const generation = generationOptions(this.#model, given, { max_tokens: 256 });
    if (isChat(input)) {
      const { choices } = await llm.generate(input, generation.options).result();
      return choices.map(({ text }) => ({
        input_text: input,
        generated_text: answerOf(input, text, generation),
      }));
    }
    if (!isPlainObject(input) || typeof input["text"] !== "string") {
      throw badInput(task, input, "{ images, text }, or a conversation [{ role, content }]");
    }
    const { text: asked, images = [] } = input as unknown as ImageTextInput;
    const content: ContentPart[] = [
      ...[images].flat().map((image) => ({ type: "image" as const, image: image })),
      { type: "text", text: asked },
    ];
    const { choices } = await llm
      .generate([{ role: "user", content }], generation.options)
      .result();
    return choices.map(({ text }) => ({ input_text: asked, generated_text: text }));
  }
}

function answerOf(
  chat: Chat,
  text: string,
  { fullText = true }: PipelineGeneration,
): string | MessageInput[] {
  return fullText ? [...chat, { role: "assistant", content: text }] : text;
}

export interface Answer {
  answer: string;
}

export interface QuestionAnsweringRun {
  (image: FileInput, question: string, options?: CallOptions): Promise<Answer[]>;
  (
    input: { image?: FileInput; document?: FileInput; question: string },
    options?: CallOptions,
  ): Promise<Answer[]>;
}

/** "visual-question-answering" and "document-question-answering", by models that write. */
export class QuestionAnswering implements TaskPipeline {
  readonly #model: PipelineModel;

  constructor(model: PipelineModel) {
    this.#model = model;
  }

  async run(input: unknown, second?: unknown, third?: unknown): Promise<Answer[]> {
    const { llm, task } = this.#model;
    const isObject = isPlainObject(input);
    const file = isObject ? (input["image"] ?? input["document"]) : input;
    const question = isObject ? input["question"] : second;
    if (typeof question !== "string" || file === undefined || file === null) {
      throw badInput(task, input, "a file and a question, or { image, question }");
    }
    const given = isObject ? second : third;
    const { options } = generationOptions(this.#model, given, { max_tokens: 256, temperature: 0 });
    const files = [file as FileInput];
    const { choices } = await llm.generate(question, { ...options, files }).result();
    return choices.map(({ text }) => ({ answer: text }));
  }
}
