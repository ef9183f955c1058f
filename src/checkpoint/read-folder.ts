import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";

import { ModelNotFoundError, UnsupportedModelError } from "../errors.js";
import { damaged } from "./errors.js";
import { readJsonObject, readText } from "./read-json.js";
import { shardNames } from "./shards.js";

type Json = Readonly<Record<string, unknown>>;

/** The small files of a checkpoint, read, and the large ones, found. */
export interface CheckpointFolder {
  /** Absolute. */
  readonly path: string;
  /** Absolute paths of the weights. */
  readonly files: readonly string[];
  readonly config: Json;
  readonly generation: Json | undefined;
  readonly tokenizer: Json | undefined;
  readonly specialTokens: Json | undefined;
  /** 1_Pooling/config.json of sentence-transformers. */
  readonly pooling: Json | undefined;
  /** chat_template.jinja, or what chat_template.json has in it. */
  readonly chatTemplate: string | undefined;
  /** Absolute path of tokenizer.json. */
  readonly tokenizerJson: string | undefined;
  /** Absolute path of a SentencePiece model. */
  readonly tokenizerModel: string | undefined;
}

const WEIGHTS = "model.safetensors";
const INDEX = "model.safetensors.index.json";
const SENTENCE_PIECE = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model"];

/**
 * Finds and reads what makes a checkpoint, as save_pretrained writes it.
 *
 * @param path absolute
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND when files are missing
 * @throws {ModelLoadingError} MODEL_LOADING when one is damaged
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for weights in other formats
 */
export async function readCheckpointFolder(path: string): Promise<CheckpointFolder> {
  const names = new Set(await readdir(path));
  const json = async (name: string): Promise<Json | undefined> =>
    await readJsonObject(join(path, name));
  const files = await weightFiles(path, names);
  const config = await json("config.json");
  if (config === undefined) throw absent(path, "config.json");
  const tokenizerModel = SENTENCE_PIECE.find((name) => names.has(name));
  const tokenizerJson = names.has("tokenizer.json") ? join(path, "tokenizer.json") : undefined;
  if (tokenizerJson === undefined && tokenizerModel === undefined) throw noTokenizer(path);
  return {
    path,
    files,
    config,
    generation: await json("generation_config.json"),
    tokenizer: await json("tokenizer_config.json"),
    specialTokens: await json("special_tokens_map.json"),
    pooling: await json(join("1_Pooling", "config.json")),
    chatTemplate: await chatTemplateFile(path),
    tokenizerJson,
    tokenizerModel: tokenizerModel === undefined ? undefined : join(path, tokenizerModel),
  };
}

async function weightFiles(path: string, names: ReadonlySet<string>): Promise<string[]> {
  if (names.has(WEIGHTS)) return [join(path, WEIGHTS)];
  const indexFile = join(path, INDEX);
  const index = await readJsonObject(indexFile);
  if (index === undefined) throw noWeights(path, names);
  const shards = shardNames(index, indexFile).map((name) => join(path, name));
  for (const shard of shards) {
    const found = await stat(shard).catch(() => undefined);
    if (found?.isFile() !== true) {
      throw damaged(
        indexFile,
        `the shard ${JSON.stringify(basename(shard))} is not there, or no file.`,
      );
    }
  }
  return shards;
}

/** chat_template.jinja goes before chat_template.json; both go before tokenizer_config.json. */
async function chatTemplateFile(path: string): Promise<string | undefined> {
  const jinja = await readText(join(path, "chat_template.jinja"));
  if (jinja !== undefined) return jinja;
  const json = await readJsonObject(join(path, "chat_template.json"));
  const template = json?.["chat_template"];
  return typeof template === "string" ? template : undefined;
}

function noWeights(path: string, names: ReadonlySet<string>): Error {
  const pickles = [...names].filter((name) => /[.](?:bin|pt|pth|ckpt)$/.test(name)).sort();
  const [first] = pickles;
  if (first !== undefined) {
    return new UnsupportedModelError(
      `${path} has its weights in ${first}, a pickle: a program that would run while it is read. ` +
        "Load it with transformers and save it with save_pretrained, which writes safetensors.",
      { details: { path, files: pickles.slice(0, 20) } },
    );
  }
  const others = [...names].filter((name) => name.endsWith(".safetensors")).sort();
  const hint = others.length === 0 ? "" : ` It has ${others.slice(0, 5).join(", ")}.`;
  return new ModelNotFoundError(`${path} has neither ${WEIGHTS} nor ${INDEX}.${hint}`, {
    details: { path, candidates: others.slice(0, 20).map((name) => join(path, name)) },
  });
}

function noTokenizer(path: string): Error {
  return new ModelNotFoundError(
    `${path} has neither tokenizer.json nor a SentencePiece model such as tokenizer.model. ` +
      "AutoTokenizer.from_pretrained(...).save_pretrained(...) of transformers writes tokenizer.json.",
    { details: { path } },
  );
}

function absent(path: string, name: string): Error {
  return new ModelNotFoundError(`${path} has no ${name}.`, { details: { path } });
}
