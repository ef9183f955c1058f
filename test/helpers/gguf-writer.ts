import { writeFile } from "node:fs/promises";

/** The kinds of metadata that tests write. */
export type GgufValue =
  | { readonly u32: number }
  | { readonly f32: number }
  | { readonly bool: boolean }
  | { readonly text: string }
  | { readonly texts: readonly string[] }
  | { readonly i32s: readonly number[] };

/** A float32 tensor; the fastest dimension first, as ggml counts. */
export interface GgufTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const ALIGNMENT = 32;

/** Writes a GGUF file of version 3. */
export async function writeGguf(
  file: string,
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: readonly GgufTensor[],
): Promise<void> {
  const entries = Object.entries(metadata);
  const header = [Buffer.from("GGUF"), u32(3), u64(tensors.length), u64(entries.length)];
  for (const [key, value] of entries) header.push(text(key), encode(value));
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    header.push(text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset));
    offset += padded(data.byteLength);
  }
  const parts = [pad(Buffer.concat(header))];
  for (const { data } of tensors) parts.push(pad(Buffer.from(data.buffer)));
  await writeFile(file, Buffer.concat(parts));
}

function encode(value: GgufValue): Buffer {
  if ("u32" in value) return Buffer.concat([u32(4), u32(value.u32)]);
  if ("f32" in value)
    return Buffer.concat([u32(6), Buffer.from(Float32Array.of(value.f32).buffer)]);
  if ("bool" in value) return Buffer.concat([u32(7), Buffer.of(value.bool ? 1 : 0)]);
  if ("text" in value) return Buffer.concat([u32(8), text(value.text)]);
  if ("texts" in value) {
    return Buffer.concat([u32(9), u32(8), u64(value.texts.length), ...value.texts.map(text)]);
  }
  const numbers = Buffer.from(Int32Array.from(value.i32s).buffer);
  return Buffer.concat([u32(9), u32(5), u64(value.i32s.length), numbers]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function padded(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}

function pad(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(padded(bytes.length) - bytes.length)]);
}
