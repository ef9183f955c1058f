import { join } from "node:path";

import { isPlainObject } from "../internal/is-plain-object.js";
import type { PlanToken, PlanVocabulary } from "../native/checkpoint-plan.js";
import type { Config } from "./config.js";
import { damaged } from "./errors.js";
import type { CheckpointFolder } from "./read-folder.js";

const SPECIAL = ["bos", "eos", "unk", "sep", "pad", "cls", "mask"] as const;
const MAX_TOKEN = 2 ** 31 - 1;

/** What the rest of the plan knows of the tokens. */
interface Tokens {
  /** Rows of the embedding. */
  readonly size: number;
  /** Whether the model writes text, which has to end somewhere. */
  readonly writes: boolean;
}

/**
 * What C++ has to know of the tokens besides the tokenizer's own files.
 *
 * @param config the language model's part of config.json
 * @throws {ModelLoadingError} MODEL_LOADING when no token could end a text
 */
export function planVocabulary(
  folder: CheckpointFolder,
  config: Config,
  { size, writes }: Tokens,
): PlanVocabulary {
  const { tokenizer, tokenizerJson, tokenizerModel } = folder;
  const stop = stopTokens(folder, config);
  if (writes) assertEnds(stop, size, folder);
  const vocabulary: PlanVocabulary = { size, stop };
  if (tokenizerJson !== undefined) vocabulary.tokenizerJson = tokenizerJson;
  if (tokenizerModel !== undefined) vocabulary.tokenizerModel = tokenizerModel;
  for (const name of SPECIAL) {
    const token = specialToken(folder, config, name);
    if (token !== undefined) vocabulary[name] = token;
  }
  const flag = (name: string): boolean | undefined => {
    const value = tokenizer?.[name];
    return typeof value === "boolean" ? value : undefined;
  };
  const [addBos, addEos] = [flag("add_bos_token"), flag("add_eos_token")];
  if (addBos !== undefined) vocabulary.addBos = addBos;
  if (addEos !== undefined) vocabulary.addEos = addEos;
  const cleanUp = flag("clean_up_tokenization_spaces");
  if (cleanUp !== undefined) vocabulary.cleanUpSpaces = cleanUp;
  const template = folder.chatTemplate ?? chatTemplate(tokenizer?.["chat_template"]);
  if (template !== undefined) vocabulary.chatTemplate = template;
  return vocabulary;
}

/** The tokenizer's word for it, and else the model's. */
function specialToken(
  { tokenizer, specialTokens, generation }: CheckpointFolder,
  config: Config,
  name: (typeof SPECIAL)[number],
): PlanToken | undefined {
  const ids = [config.value(`${name}_token_id`), generation?.[`${name}_token_id`]];
  return (
    tokenText(tokenizer?.[`${name}_token`]) ??
    tokenText(specialTokens?.[`${name}_token`]) ??
    ids.flatMap(tokenIds)[0]
  );
}

/**
 * Every token that ends a generation: those that generation_config.json lists (or
 * config.json, where there is none), and the tokenizer's own end, which chat models use
 * at the end of a turn.
 */
function stopTokens(folder: CheckpointFolder, config: Config): PlanToken[] {
  const listed = tokenIds(folder.generation?.["eos_token_id"]);
  const ids = listed.length > 0 ? listed : tokenIds(config.value("eos_token_id"));
  const own =
    tokenText(folder.tokenizer?.["eos_token"]) ?? tokenText(folder.specialTokens?.["eos_token"]);
  return [...new Set<PlanToken>(own === undefined ? ids : [...ids, own])];
}

/**
 * Ids beyond the vocabulary are as good as none: transformers only warns of them. But
 * where all that a checkpoint lists are such, its texts would never end.
 */
function assertEnds(stop: readonly PlanToken[], size: number, folder: CheckpointFolder): void {
  const isBeyond = (token: PlanToken): boolean => typeof token === "number" && token >= size;
  if (stop.length === 0 || !stop.every(isBeyond)) return;
  const isListed = tokenIds(folder.generation?.["eos_token_id"]).length > 0;
  throw damaged(
    join(folder.path, isListed ? "generation_config.json" : "config.json"),
    `eos_token_id is ${stop.join(", ")}, and the model has the tokens 0 to ${String(size - 1)} only.`,
  );
}

/** Tokens come as text, or as an object with it. */
function tokenText(value: unknown): string | undefined {
  const text = isPlainObject(value) ? value["content"] : value;
  return typeof text === "string" && text !== "" ? text : undefined;
}

function tokenIds(value: unknown): number[] {
  const isId = (id: unknown): id is number =>
    Number.isInteger(id) && (id as number) >= 0 && (id as number) <= MAX_TOKEN;
  return [value].flat().filter(isId);
}

/** One template, or several by name, of which "default" is for chats. */
function chatTemplate(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  const templates = value.filter(isPlainObject);
  const found = templates.find(({ name }) => name === "default") ?? templates[0];
  const template = found?.["template"];
  return typeof template === "string" ? template : undefined;
}
