import { readFileSync } from "node:fs";
import { collectCheckpoint } from "../../src/capabilities/collect-checkpoint.js";
import type { Evidence, TemplateFeatures } from "../../src/capabilities/evidence.js";
import type { ModelFiles } from "../../src/capabilities/model-files.js";
import type { CapabilityName } from "../../src/capabilities/types.js";

/**
 * A well-known repository of the Hub: facts of its files, transcribed, and its task there.
 * What is left out was not certain.
 */
export interface KnownModel {
  readonly repo: string;
  /** The Hub's pipeline tag. */
  readonly task?: string;
  /** Of config.json. */
  readonly type: string;
  readonly class?: string;
  readonly context?: number;
  readonly vocab?: number;
  readonly labels?: number | readonly string[];
  readonly vision?: string;
  readonly audio?: string;
  /** Keys of task_specific_params. */
  readonly tasks?: readonly string[];
  /** What its chat template does; true: there is one; false: there is none. */
  readonly template?: boolean | Omit<TemplateFeatures, "tried">;
  /** Tokens for fill-in-the-middle. */
  readonly fim?: readonly string[];
  readonly thoughts?: boolean;
  readonly pooling?: "mean" | "cls" | "last";
  readonly sentenceTransformers?: boolean;
  /** Of the card. */
  readonly languages?: readonly string[];
  readonly tags?: readonly string[];
  readonly datasets?: readonly string[];
  readonly parameters?: number;
  /** What it certainly can, and certainly cannot. */
  readonly has?: readonly CapabilityName[];
  readonly lacks?: readonly CapabilityName[];
}

const FIXTURE = new URL("../fixtures/capabilities/models.jsonl", import.meta.url);

export const KNOWN_MODELS: readonly KnownModel[] = readFileSync(FIXTURE, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as KnownModel);

/** The facts of a known model as they come from its files. Its task itself is held back. */
export async function evidenceOf(model: KnownModel): Promise<Evidence> {
  const { template } = model;
  const features = typeof template === "object" ? { ...template, tried: true } : { tried: true };
  return await collectCheckpoint(new KnownFiles(model), () => Promise.resolve(features));
}

class KnownFiles implements ModelFiles {
  readonly name: string;
  readonly #model: KnownModel;
  readonly #texts: ReadonlyMap<string, string>;

  constructor(model: KnownModel) {
    this.name = model.repo;
    this.#model = model;
    this.#texts = new Map(
      Object.entries({
        "config.json": JSON.stringify(configOf(model)),
        "tokenizer_config.json": tokenizerOf(model),
        "1_Pooling/config.json": poolingOf(model),
        "README.md": cardOf(model),
      }).flatMap(([name, text]): [string, string][] => (text === undefined ? [] : [[name, text]])),
    );
  }

  list(): Promise<readonly string[]> {
    const names = [...this.#texts.keys()];
    return Promise.resolve(this.#model.sentenceTransformers ? [...names, "modules.json"] : names);
  }

  readText(file: string): Promise<string | undefined> {
    return Promise.resolve(this.#texts.get(file));
  }

  countParameters(): Promise<number | undefined> {
    return Promise.resolve(this.#model.parameters);
  }
}

function configOf(model: KnownModel): object {
  const { labels, vision, audio, tasks, context, vocab } = model;
  const names =
    typeof labels === "number"
      ? Array.from({ length: labels }, (_, index) => `LABEL_${String(index)}`)
      : labels;
  return {
    model_type: model.type,
    architectures: model.class === undefined ? undefined : [model.class],
    max_position_embeddings: context,
    vocab_size: vocab,
    id2label: names === undefined ? undefined : Object.fromEntries(names.entries()),
    vision_config: vision === undefined ? undefined : { model_type: vision },
    audio_config: audio === undefined ? undefined : { model_type: audio },
    task_specific_params: Object.fromEntries((tasks ?? []).map((task) => [task, {}])),
  };
}

function tokenizerOf({ template, fim, thoughts }: KnownModel): string | undefined {
  if (template === undefined && fim === undefined) return undefined;
  const tokens = [...(fim ?? []), ...(thoughts === true ? ["<think>"] : [])];
  const isKnown = fim !== undefined || thoughts === true;
  return JSON.stringify({
    // Each has an end of text, if its tokens are known.
    added_tokens_decoder: Object.fromEntries(
      (isKnown ? ["</s>", ...tokens] : []).map((content, id) => [id, { content }]),
    ),
    chat_template: template === undefined || template === false ? undefined : "{{ messages }}",
  });
}

function poolingOf({ pooling }: KnownModel): string | undefined {
  if (pooling === undefined) return undefined;
  const mode = { mean: "mean_tokens", cls: "cls_token", last: "lasttoken" }[pooling];
  return JSON.stringify({ [`pooling_mode_${mode}`]: true });
}

function cardOf({ task, tags = [], languages = [], datasets = [] }: KnownModel): string {
  // The Hub adds the task to the tags of many: what is to be guessed is not given away.
  const others = tags.filter((tag) => tag !== task);
  const list = (name: string, values: readonly string[]): string =>
    [`${name}:`, ...values.map((value) => `- ${value}`)].join("\n");
  const lists = [list("language", languages), list("tags", others), list("datasets", datasets)];
  return ["---", ...lists, "---", "# A model"].join("\n");
}
