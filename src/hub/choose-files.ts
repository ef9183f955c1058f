import { ModelNotFoundError, UnsupportedModelError } from "../errors.js";
import { nearest } from "../internal/nearest.js";
import { chooseGguf } from "./choose-gguf.js";
import {
  baseName,
  ggufGroups,
  groupName,
  isGguf,
  isProjector,
  type GgufGroup,
} from "./gguf-groups.js";
import type { HubFile } from "./hub-file.js";

/** What of a repository is wanted. */
export interface Wanted {
  readonly repo: string;
  /**
   * A model of any kind; one as GGUF, for `draft_model`; an adapter of PEFT; one file; or
   * whatever of these there is.
   */
  readonly kind: "model" | "gguf" | "adapter" | "file" | "any";
  readonly file: string | undefined;
  readonly quantization: string | undefined;
  /** Of this machine, in bytes. */
  readonly memory: number;
  /** The best projectors for a model among files of its folder, by their names. */
  readonly chooseProjector: (model: string, names: readonly string[]) => readonly string[];
}

/** The files that are needed, and what they are together. */
export interface Choice {
  readonly kind: "checkpoint" | "gguf" | "adapter" | "file";
  readonly files: readonly HubFile[];
  /** Of a GGUF model or a file: what is opened. */
  readonly main: HubFile | undefined;
  /** Of a GGUF model that sees. */
  readonly projector: HubFile | undefined;
  /** Says which weights there are besides, once it has been read. */
  readonly index: HubFile | undefined;
}

const WEIGHTS = "model.safetensors";
const INDEX = "model.safetensors.index.json";
/** What loading a checkpoint reads besides its weights, where it is there. */
const CHECKPOINT_FILES: readonly string[] = [
  ...["config.json", "generation_config.json"],
  ...["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"],
  ...["tokenizer.model", "spiece.model", "sentencepiece.bpe.model"],
  ...["chat_template.jinja", "chat_template.json"],
  ...["preprocessor_config.json", "processor_config.json"],
  ...["modules.json", "1_Pooling/config.json"],
];
const ADAPTER_FILES: readonly string[] = ["adapter_config.json", "adapter_model.safetensors"];
const PICKLE = /[.](?:bin|pt|pth|ckpt|pkl|msgpack|h5)$/;
const MOST_SHOWN = 8;

/**
 * The files of a repository that are needed, and no others: weights as safetensors or as GGUF,
 * never as pickles.
 *
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for weights in other formats only
 * @throws {ResourceError} RESOURCE when no GGUF file fits
 */
export function chooseFiles(files: readonly HubFile[], wanted: Wanted): Choice {
  if (wanted.file !== undefined) return namedFile(files, wanted, wanted.file);
  if (wanted.kind === "adapter") return adapter(files, wanted);
  if (wanted.kind === "file") throw nothingToLoad(files, wanted);
  const hasWeights = files.some(({ path }) => path === WEIGHTS || path === INDEX);
  const isGgufWanted = wanted.kind === "gguf" || wanted.quantization !== undefined;
  if (hasWeights && !isGgufWanted) return checkpoint(files, wanted);
  const groups = ggufGroups(files);
  if (groups.length > 0) return ggufChoice(files, chooseGguf({ ...wanted, groups }), wanted);
  if (wanted.kind === "any" && isAdapter(files)) return adapter(files, wanted);
  throw nothingToLoad(files, wanted);
}

/** Files that loading a checkpoint looks for, and that this one does not have. */
export function absentFiles(files: readonly HubFile[]): string[] {
  return CHECKPOINT_FILES.filter((name) => !files.some(({ path }) => path === name));
}

/** The weights that an index names, among the files of its repository. */
export function shardFiles(
  files: readonly HubFile[],
  names: readonly string[],
  repo: string,
): HubFile[] {
  return names.map((name) => {
    const shard = files.find(({ path }) => path === name);
    if (shard !== undefined) return shard;
    throw new ModelNotFoundError(`${repo} has no ${name}, which its ${INDEX} names.`, {
      details: { model: repo, file: name },
    });
  });
}

function checkpoint(files: readonly HubFile[], { repo }: Wanted): Choice {
  const weights = files.find(({ path }) => path === WEIGHTS);
  const index = weights === undefined ? files.find(({ path }) => path === INDEX) : undefined;
  const needed = files.filter(({ path }) => CHECKPOINT_FILES.includes(path));
  if (!needed.some(({ path }) => path === "config.json")) {
    throw new ModelNotFoundError(`${repo} has weights, but no config.json that says of what.`, {
      details: { model: repo },
    });
  }
  const large = [weights, index].filter((file) => file !== undefined);
  const chosen = { projector: undefined, main: undefined, index };
  return { kind: "checkpoint", files: [...needed, ...large], ...chosen };
}

function isAdapter(files: readonly HubFile[]): boolean {
  return ADAPTER_FILES.every((name) => files.some(({ path }) => path === name));
}

function adapter(files: readonly HubFile[], wanted: Wanted): Choice {
  const needed = files.filter(({ path }) => ADAPTER_FILES.includes(path));
  if (needed.length < ADAPTER_FILES.length) throw nothingToLoad(files, wanted);
  const chosen = { projector: undefined, main: undefined, index: undefined };
  return { kind: "adapter", files: needed, ...chosen };
}

function namedFile(files: readonly HubFile[], wanted: Wanted, path: string): Choice {
  const { repo } = wanted;
  const file = files.find((candidate) => candidate.path === path);
  if (file === undefined) {
    const paths = files.map((candidate) => candidate.path).filter(isGguf);
    const near = nearest(path, paths);
    throw new ModelNotFoundError(
      `${repo} has no file ${path}. ` +
        (near === undefined ? "" : `Did you mean ${near}? `) +
        shownFiles(files),
      { details: { model: repo, file: path, ...(near === undefined ? {} : { nearest: near }) } },
    );
  }
  if (wanted.kind === "file" || isProjector(path) || (wanted.kind === "any" && !isGguf(path))) {
    const chosen = { projector: undefined, index: undefined };
    return { kind: "file", files: [file], main: file, ...chosen };
  }
  if (!isGguf(path)) {
    throw new UnsupportedModelError(
      `${path} is not a GGUF file: of a checkpoint, name the repository alone: ${repo}`,
      { details: { model: repo, file: path } },
    );
  }
  const group = ggufGroups(files).find(({ name }) => name === groupName(path));
  if (group !== undefined) return ggufChoice(files, group, wanted);
  throw new ModelNotFoundError(`${repo} has not all parts of ${groupName(path)}.`, {
    details: { model: repo, file: path },
  });
}

function ggufChoice(files: readonly HubFile[], group: GgufGroup, wanted: Wanted): Choice {
  const [main] = group.files;
  const projector =
    ["model", "any"].includes(wanted.kind) && main ? findProjector(files, main, wanted) : undefined;
  const chosen = projector === undefined ? group.files : [...group.files, projector];
  return { kind: "gguf", files: chosen, main, projector, index: undefined };
}

/** Beside the model, or at the top, where repositories with a folder per type have it. */
function findProjector(
  files: readonly HubFile[],
  main: HubFile,
  { chooseProjector }: Wanted,
): HubFile | undefined {
  const folder = main.path.slice(0, main.path.length - baseName(main.path).length);
  for (const place of new Set([folder, ""])) {
    const beside = files.filter(({ path }) => path === place + baseName(path));
    const names = beside.map(({ path }) => baseName(path));
    const model = baseName(main.path);
    // A model of a folder of its own counts as being here, and its siblings do not.
    const [name] = chooseProjector(model, [...new Set([...names, model])]);
    const found = beside.find(({ path }) => name !== undefined && baseName(path) === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function nothingToLoad(files: readonly HubFile[], { repo, kind }: Wanted): Error {
  const details = { model: repo };
  if (isAdapter(files)) {
    return new UnsupportedModelError(
      `${repo} is an adapter. Give the model that it is for as model, and ${repo} as adapter.`,
      { details },
    );
  }
  const pickle = files.find(({ path }) => PICKLE.test(path));
  if (pickle !== undefined && kind !== "gguf") {
    return new UnsupportedModelError(
      `${repo} has its weights in ${pickle.path}: such a file is a program that would run while ` +
        "it is read, or of another library, and is never downloaded. Look for the model as " +
        "safetensors or GGUF, or load it with transformers and save it with save_pretrained.",
      { details: { ...details, files: [pickle.path] } },
    );
  }
  return new ModelNotFoundError(`${repo} ${LACKS[kind]}. ${shownFiles(files)}`, { details });
}

const LACKS: Readonly<Record<Wanted["kind"], string>> = {
  model: `has neither a GGUF file nor ${WEIGHTS}`,
  gguf: "has no GGUF file, and one is needed here",
  adapter: `is no adapter of PEFT: it has not both ${ADAPTER_FILES.join(" and ")}`,
  any: `has neither a GGUF file nor ${WEIGHTS}, and is no adapter`,
  file: "names no file: write the path of one behind it",
};

function shownFiles(files: readonly HubFile[]): string {
  const paths = files.map(({ path }) => path).filter((path) => !path.startsWith("."));
  const ggufs = paths.filter(isGguf);
  const shown = (ggufs.length > 0 ? ggufs : paths).slice(0, MOST_SHOWN);
  if (shown.length === 0) return "It is empty.";
  return `It has ${shown.join(", ")}${paths.length > shown.length ? " and others" : ""}.`;
}
