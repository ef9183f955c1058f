import type { MessageInput } from "../../config/types.js";
import { badInput, isChat, type Chat } from "../inputs.js";
import { generationOptions, type PipelineGeneration } from "../generation-options.js";
import type { PipelineModel, TaskPipeline } from "../task-pipeline.js";

/** One answer: the text, or for a conversation the conversation with the answer. */
export interface GeneratedText<Text = string> {
  generated_text: Text;
}

/** Options of transformers, or those of `generate()`. */
export type TextGenerationCallOptions = Readonly<Record<string, unknown>>;

export interface TextGenerationRun {
  (text: string, options?: TextGenerationCallOptions): Promise<GeneratedText[]>;
  (texts: readonly string[], options?: TextGenerationCallOptions): Promise<GeneratedText[][]>;
  (chat: Chat, options?: TextGenerationCallOptions): Promise<GeneratedText<MessageInput[]>[]>;
  (
    chats: readonly Chat[],
    options?: TextGenerationCallOptions,
  ): Promise<GeneratedText<MessageInput[]>[][]>;
}

/** How a string goes to the model, unless something else is asked for. */
const AS_IT_IS = { apply_chat_template: false };

/** "text-generation": strings go to the model as they are, conversations by its template. */
export class TextGeneration implements TaskPipeline {
  readonly #model: PipelineModel;

  constructor(model: PipelineModel) {
    this.#model = model;
  }

  async run(input: unknown, given?: unknown): Promise<unknown> {
    const { task } = this.#model;
    const generation = generationOptions(this.#model, given, { max_tokens: 256 });
    const bare = generationOptions(this.#model, given, { max_tokens: 256, ...AS_IT_IS });
    if (typeof input === "string") return await this.#continue(input, bare);
    if (isChat(input)) return await this.#answer(input, generation);
    if (Array.isArray(input) && input.length > 0) {
      return await Promise.all(
        input.map(async (item: unknown) => {
          if (typeof item === "string") return await this.#continue(item, bare);
          if (isChat(item)) return await this.#answer(item, generation);
          throw wrong(task, item);
        }),
      );
    }
    throw wrong(task, input);
  }

  async #continue(
    prompt: string,
    { options, fullText = true }: PipelineGeneration,
  ): Promise<GeneratedText[]> {
    const { choices } = await this.#model.llm.generate(prompt, options).result();
    return choices.map(({ text }) => ({ generated_text: fullText ? prompt + text : text }));
  }

  async #answer(
    chat: Chat,
    { options, fullText = true }: PipelineGeneration,
  ): Promise<GeneratedText<MessageInput[] | string>[]> {
    const { choices } = await this.#model.llm.generate(chat, options).result();
    return choices.map(({ text }) => ({
      generated_text: fullText ? [...chat, { role: "assistant", content: text }] : text,
    }));
  }
}

function wrong(task: string, input: unknown): Error {
  return badInput(task, input, "a string, a conversation [{ role, content }], or an array of such");
}
