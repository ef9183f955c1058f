import fs from "node:fs";
import path from "node:path";
import { bertOnnx } from "./bert.mjs";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** Writes what transformers.js loads: the model, its configuration and its tokenizer. */
export function writeOnnxFolder(folder, shape) {
  fs.mkdirSync(path.join(folder, "onnx"), { recursive: true });
  const write = (name, value) => fs.writeFileSync(path.join(folder, name), JSON.stringify(value));
  write("config.json", configuration(shape));
  write("tokenizer.json", tokenizer(shape.vocabulary));
  write("tokenizer_config.json", {
    tokenizer_class: "BertTokenizer",
    model_max_length: shape.context,
    pad_token: "[PAD]",
    unk_token: "[UNK]",
    cls_token: "[CLS]",
    sep_token: "[SEP]",
    mask_token: "[MASK]",
  });
  fs.writeFileSync(path.join(folder, "onnx", "model.onnx"), bertOnnx(shape));
}

function configuration(shape) {
  return {
    model_type: "bert",
    architectures: ["BertModel"],
    vocab_size: shape.vocabulary,
    hidden_size: shape.embedding,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    intermediate_size: shape.feedForward,
    max_position_embeddings: shape.context,
    pad_token_id: 0,
  };
}

/** The vocabulary of native/bench/model_vocabulary.cc in WordPiece's own spelling. */
function tokenizer(size) {
  const tokens = Array.from({ length: 104 }, (_, id) => `[unused${id}]`);
  Object.assign(tokens, { 0: "[PAD]", 100: "[UNK]", 101: "[CLS]", 102: "[SEP]", 103: "[MASK]" });
  for (const letter of LETTERS) tokens.push(letter, `##${letter}`);
  while (tokens.length < size) tokens.push(`w${tokens.length}`);
  const special = (id) => ({ id, content: tokens[id], special: true });
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [0, 100, 101, 102, 103].map(special),
    normalizer: { type: "BertNormalizer", clean_text: true, lowercase: true },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [piece("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, piece("[SEP]")],
      pair: [],
      special_tokens: Object.fromEntries(
        [101, 102].map((id) => [tokens[id], { id: tokens[id], ids: [id], tokens: [tokens[id]] }]),
      ),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  };
}

const piece = (id) => ({ SpecialToken: { id, type_id: 0 } });
