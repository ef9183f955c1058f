import { randomFillSync } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync, openSync, writeSync, closeSync } from "node:fs";
import { join } from "node:path";

import { checkpointPath } from "./checkpoints.js";

/** Sizes of a Llama; its vocabulary is that of the tiny one among the fixtures. */
export interface RandomLlama {
  readonly hidden: number;
  readonly intermediate: number;
  readonly layers: number;
}

/** Writes a Llama of random bfloat16 weights, large enough for memory to be measured. */
export function writeRandomLlama(
  folder: string,
  { hidden, intermediate, layers }: RandomLlama,
): void {
  const tiny = checkpointPath("llama");
  for (const name of ["tokenizer.json", "tokenizer_config.json"]) {
    copyFileSync(join(tiny, name), join(folder, name));
  }
  const config = JSON.parse(readFileSync(join(tiny, "config.json"), "utf8")) as {
    vocab_size: number;
  };
  const heads = hidden / 64;
  writeFileSync(
    join(folder, "config.json"),
    JSON.stringify({
      ...config,
      hidden_size: hidden,
      intermediate_size: intermediate,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      num_key_value_heads: heads,
      head_dim: 64,
      max_position_embeddings: 16384,
    }),
  );
  const shapes: Record<string, number[]> = {
    "model.embed_tokens.weight": [config.vocab_size, hidden],
    "model.norm.weight": [hidden],
    "lm_head.weight": [config.vocab_size, hidden],
  };
  for (let layer = 0; layer < layers; layer++) {
    const name = `model.layers.${String(layer)}`;
    shapes[`${name}.input_layernorm.weight`] = [hidden];
    shapes[`${name}.post_attention_layernorm.weight`] = [hidden];
    for (const part of ["q", "k", "v", "o"]) {
      shapes[`${name}.self_attn.${part}_proj.weight`] = [hidden, hidden];
    }
    shapes[`${name}.mlp.gate_proj.weight`] = [intermediate, hidden];
    shapes[`${name}.mlp.up_proj.weight`] = [intermediate, hidden];
    shapes[`${name}.mlp.down_proj.weight`] = [hidden, intermediate];
  }
  writeTensors(join(folder, "model.safetensors"), shapes);
}

function writeTensors(path: string, shapes: Readonly<Record<string, readonly number[]>>): void {
  const header: Record<string, object> = {};
  let offset = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const bytes = 2 * shape.reduce((product, length) => product * length, 1);
    header[name] = { dtype: "BF16", shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const file = openSync(path, "w");
  writeSync(file, length);
  writeSync(file, text);
  const block = randomNumbers(1 << 19);
  for (let left = offset; left > 0; left -= block.length) {
    writeSync(file, block, 0, Math.min(left, block.length));
  }
  closeSync(file);
}

/** Small bfloat16 numbers: no infinities, nothing that overflows in a sum. */
function randomNumbers(count: number): Buffer {
  const block = Buffer.alloc(2 * count);
  randomFillSync(block);
  // Exponents of 2^-8 to 2^-5.
  for (let at = 1; at < block.length; at += 2) {
    const byte = block[at] ?? 0;
    block[at] = (byte & 0x80) | 0x3c | (byte & 0x01);
  }
  return block;
}
