import { readFileSync, writeFileSync } from "node:fs";
import type { NativeSourceTensor } from "../../src/native/checkpoint-plan.js";

interface Entry {
  readonly dtype: string;
  readonly shape: number[];
}

/** The headers of sound safetensors files, as the addon lists them. */
export function readHeaders(files: readonly string[]): NativeSourceTensor[] {
  return files.flatMap((path, file) => {
    const bytes = readFileSync(path);
    const length = Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.toString("utf8", 8, 8 + length)) as Record<string, Entry>;
    return Object.entries(header)
      .filter(([name]) => name !== "__metadata__")
      .map(([name, { dtype, shape }]) => ({ name, file, dtype, shape }));
  });
}

interface StoredEntry extends Entry {
  readonly data_offsets: readonly [number, number];
}

export type SafetensorsHeader = Record<string, StoredEntry>;

/** Writes a file anew with another header over the same data. */
export function rewriteHeader(
  path: string,
  change: (header: SafetensorsHeader) => SafetensorsHeader,
): void {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + length)) as SafetensorsHeader;
  const text = Buffer.from(JSON.stringify(change(header)));
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(path, Buffer.concat([start, text, bytes.subarray(8 + length)]));
}
