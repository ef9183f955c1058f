import { writeGguf, type GgufTensor, type GgufValue } from "./gguf-writer.js";

export const BERT_DIMENSIONS = 32;
/** Tokens, "[CLS]" and "[SEP]" included. */
export const BERT_CONTEXT = 64;

const HIDDEN = 64;
const LAYERS = 2;
const WORDS = ["hello", "world", "the", "cat", "dog", "sat", "on", "mat"];
const RANK = 4;
const MEAN = 1;

/** A random BERT; with labels it is a classifier, and with one label a reranker. */
export async function writeBert(file: string, labels: readonly string[] = []): Promise<void> {
  // A piece that begins a word carries the mark of a space.
  const letters = Array.from("abcdefghijklmnopqrstuvwxyz");
  const tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].concat(
    WORDS.map((word) => `▁${word}`),
    letters.map((letter) => `▁${letter}`),
    letters,
  );
  const metadata: Record<string, GgufValue> = {
    "general.architecture": { text: "bert" },
    "bert.context_length": { u32: BERT_CONTEXT },
    "bert.embedding_length": { u32: BERT_DIMENSIONS },
    "bert.block_count": { u32: LAYERS },
    "bert.feed_forward_length": { u32: HIDDEN },
    "bert.attention.head_count": { u32: 4 },
    "bert.attention.layer_norm_epsilon": { f32: 1e-12 },
    "bert.attention.causal": { bool: false },
    "bert.pooling_type": { u32: labels.length > 0 ? RANK : MEAN },
    "tokenizer.ggml.model": { text: "bert" },
    "tokenizer.ggml.tokens": { texts: tokens },
    "tokenizer.ggml.token_type": { i32s: tokens.map((_, id) => (id > 4 ? 1 : id === 1 ? 2 : 3)) },
    "tokenizer.ggml.token_type_count": { u32: 2 },
    "tokenizer.ggml.unknown_token_id": { u32: 1 },
    "tokenizer.ggml.bos_token_id": { u32: 2 },
    "tokenizer.ggml.seperator_token_id": { u32: 3 },
    "tokenizer.ggml.padding_token_id": { u32: 0 },
    "tokenizer.ggml.mask_token_id": { u32: 4 },
  };
  if (labels.length > 0) metadata["bert.classifier.output_labels"] = { texts: labels };
  await writeGguf(file, metadata, [...tensors(tokens.length, labels.length)]);
}

function* tensors(vocabulary: number, outputs: number): Generator<GgufTensor> {
  const random = numbers();
  const tensor = (name: string, ...shape: number[]): GgufTensor => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    return { name, shape, data: Float32Array.from({ length: size }, () => random.next().value) };
  };
  const linear = (name: string, from: number, to: number): GgufTensor[] => [
    tensor(`${name}.weight`, from, to),
    tensor(`${name}.bias`, to),
  ];
  // Without a bias that all texts share: they have to differ in more than rounding.
  const norm = (name: string): GgufTensor[] =>
    ["weight", "bias"].map((part, i) => ({
      name: `${name}.${part}`,
      shape: [BERT_DIMENSIONS],
      data: new Float32Array(BERT_DIMENSIONS).fill(1 - i),
    }));
  yield tensor("token_embd.weight", BERT_DIMENSIONS, vocabulary);
  yield tensor("token_types.weight", BERT_DIMENSIONS, 2);
  yield tensor("position_embd.weight", BERT_DIMENSIONS, BERT_CONTEXT);
  yield* norm("token_embd_norm");
  for (let layer = 0; layer < LAYERS; layer++) {
    const block = `blk.${String(layer)}`;
    for (const name of ["attn_q", "attn_k", "attn_v", "attn_output"]) {
      yield* linear(`${block}.${name}`, BERT_DIMENSIONS, BERT_DIMENSIONS);
    }
    yield* norm(`${block}.attn_output_norm`);
    yield* linear(`${block}.ffn_up`, BERT_DIMENSIONS, HIDDEN);
    yield* linear(`${block}.ffn_down`, HIDDEN, BERT_DIMENSIONS);
    yield* norm(`${block}.layer_output_norm`);
  }
  if (outputs === 0) return;
  yield* linear("cls", BERT_DIMENSIONS, BERT_DIMENSIONS);
  yield* linear("cls.output", BERT_DIMENSIONS, outputs);
}

/** Numbers from -0.5 to 0.5, always the same ones. */
function* numbers(): Generator<number, never> {
  let state = 1;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield (state >>> 8) / 2 ** 24 - 0.5;
  }
}
