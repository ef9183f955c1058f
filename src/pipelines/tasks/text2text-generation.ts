import { InvalidParameterError } from "../../errors.js";
import { mapOptions } from "../call-options.js";
import { generationOptions } from "../generation-options.js";
import { textsOf } from "../inputs.js";
import type { PipelineModel, TaskPipeline } from "../task-pipeline.js";
import type { GeneratedText } from "./text-generation.js";

export interface SummaryText {
  summary_text: string;
}

export interface TranslationText {
  translation_text: string;
}

/** Results come in one flat array, as transformers has it: `num_return_sequences` per text. */
export type Text2TextRun<Result = GeneratedText> = (
  input: string | readonly string[],
  options?: Readonly<Record<string, unknown>>,
) => Promise<Result[]>;

/** "text2text-generation", "summarization" and "translation", which differ in names only. */
export class Text2TextGeneration implements TaskPipeline {
  readonly #model: PipelineModel;
  readonly #key: string;

  /** @param key what the results are called */
  constructor(model: PipelineModel, key: "generated_text" | "summary_text" | "translation_text") {
    this.#model = model;
    this.#key = key;
  }

  async run(input: unknown, given?: unknown): Promise<Record<string, string>[]> {
    const { llm, task } = this.#model;
    const texts = textsOf(task, input);
    const { languages, others } = takeLanguages(task, given);
    const prefix = this.#prefix(languages);
    const { options } = generationOptions(this.#model, others, { max_tokens: 256, temperature: 0 });
    const results = await Promise.all(
      texts.map((text) => llm.generate(prefix + text, options).result()),
    );
    return results.flatMap(({ choices }) => choices.map(({ text }) => ({ [this.#key]: text })));
  }

  /** What config.json says to put before a text for this task. */
  #prefix(languages: string | undefined): string {
    const { evidence, task } = this.#model;
    const prefixes = evidence.taskPrefixes;
    const wanted = languages ?? (task === "translation" ? undefined : task);
    const known = Object.keys(prefixes).filter((name) => name.startsWith("translation"));
    if (wanted !== undefined) {
      const prefix = prefixes[wanted];
      const isTranslation = wanted.startsWith("translation");
      if (prefix === undefined && isTranslation && known.length > 0)
        throw unknownLanguages(wanted, known);
      return prefix ?? "";
    }
    // One direction needs no name.
    if (known.length > 1) throw unknownLanguages("translation", known);
    return prefixes[known[0] ?? ""] ?? "";
  }
}

/** src_lang and tgt_lang say the direction where the task does not. */
function takeLanguages(
  task: string,
  given: unknown,
): { languages: string | undefined; others: unknown } {
  if (!task.startsWith("translation") || typeof given !== "object" || given === null) {
    return { languages: undefined, others: given };
  }
  const { src_lang, tgt_lang, ...others } = given as Record<string, unknown>;
  const { own } = mapOptions(
    task,
    { src_lang, tgt_lang },
    { src_lang: { own: "string" }, tgt_lang: { own: "string" } },
    "generate",
  );
  const { src_lang: from, tgt_lang: to } = own as { src_lang?: string; tgt_lang?: string };
  const languages =
    from === undefined || to === undefined ? undefined : `translation_${from}_to_${to}`;
  return { languages, others };
}

function unknownLanguages(wanted: string, known: readonly string[]): Error {
  const allowed = known.join(", ");
  return new InvalidParameterError(
    `The model translates by ${allowed}, and not by ${wanted}: name one of them as the task, or ` +
      "give src_lang and tgt_lang.",
    { details: { parameter: "task", value: wanted, allowed } },
  );
}
