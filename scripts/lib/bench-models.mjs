import fs from "node:fs";
import path from "node:path";
import { SHAPES } from "../../bench/onnx/bert.mjs";
import { writeOnnxFolder } from "../../bench/onnx/folder.mjs";
import { captureOrFail } from "./command.mjs";
import { hashFiles, listFiles } from "./hash.mjs";
import { inRoot } from "./paths.mjs";

const folder = inRoot("build-bench", "models");
const embedded = inRoot("models", "ember");

const CHECKPOINT = "-checkpoint";

/**
 * Paths of the models of those names by name: "embedded", or "<shape>-<type>", which is
 * generated with random weights and kept; { folder, shape } of a "<shape>-checkpoint"; the
 * tokenizer.json of a "tokenizer-<model>"; and, as "onnx", of a folder like the encoder. For a
 * quick run, small ones take their places.
 */
export function benchModels({ makeModel, loadCheckpoint }, names, { quick }) {
  const models = {};
  for (const name of names) {
    const isEncoder = name.startsWith("minilm");
    if (name === "embedded") models[name] = embedded;
    else if (name.startsWith("tokenizer-")) models[name] = tokenizerFile(name);
    else if (name.endsWith(CHECKPOINT)) {
      const shape = quick ? "tiny" : name.slice(0, -CHECKPOINT.length);
      models[name] = { shape, folder: checkpointFolder(loadCheckpoint, shape) };
    } else models[name] = ggufFile(makeModel, quick ? quickName(isEncoder) : name);
    if (isEncoder) models.onnx = onnxFolder(quick ? "tiny-bert" : "minilm");
  }
  return models;
}

/** The packages to compare with have some real models' among them. */
function tokenizerFile(name) {
  return inRoot("bench", "node_modules", "@lenml", name, "models", "tokenizer.json");
}

function quickName(isEncoder) {
  return isEncoder ? "tiny-bert-f16" : "tiny-q8_0";
}

function ggufFile(makeModel, name) {
  const sources = listFiles(inRoot("native", "bench")).filter((file) =>
    path.basename(file).includes("model"),
  );
  return keep(name, ".gguf", sources, (part) => {
    const [, shape, type] = /^(.+)-([^-]+)$/.exec(name);
    captureOrFail(makeModel, [part, type, shape]);
  });
}

function checkpointFolder(loadCheckpoint, shape) {
  const sources = [inRoot("native", "bench", "load_checkpoint.cc")];
  return keep(`${shape}${CHECKPOINT}`, "", sources, (part) => {
    fs.mkdirSync(part);
    captureOrFail(loadCheckpoint, ["write", part, shape]);
  });
}

function onnxFolder(shape) {
  const sources = listFiles(inRoot("bench", "onnx"));
  return keep(`${shape}-onnx`, "", sources, (part) => writeOnnxFolder(part, SHAPES[shape]));
}

/**
 * The path of what `make` writes to the path that it gets, unless it is there already.
 * Other sources make other files; those of the last ones only take room.
 */
function keep(name, ending, sources, make) {
  const pathOf = (version) => path.join(folder, `${name}-${version}${ending}`);
  const target = pathOf(hashFiles(sources).slice(0, 8));
  if (fs.existsSync(target)) return target;
  fs.mkdirSync(folder, { recursive: true });
  for (const other of fs.readdirSync(folder)) {
    const version = other.slice(name.length + 1, name.length + 9);
    const file = path.join(folder, other);
    if (pathOf(version) === file) fs.rmSync(file, { recursive: true });
  }
  const part = path.join(folder, "incomplete");
  fs.rmSync(part, { recursive: true, force: true });
  make(part);
  fs.renameSync(part, target);
  return target;
}
