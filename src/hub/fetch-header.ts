import { open } from "node:fs/promises";

import { ModelLoadingError } from "../errors.js";
import { ggufHeaderBytes } from "./gguf-extent.js";
import { isGguf } from "./gguf-groups.js";
import type { HubFile } from "./hub-file.js";
import { badAnswer, headerOf, type HubAnswer, type HubConnection } from "./http.js";
import { withRetries, type RetryOptions } from "./retry.js";

const FIRST_BYTES = 1024 * 1024;
/** Vocabularies of a million tokens take half of it. It is read on JavaScript's thread. */
const MAX_HEADER = 64 * 1024 * 1024;

/** A file of a commit, and how it is asked for. */
export interface RemoteFile {
  readonly hub: HubConnection;
  readonly repo: string;
  readonly commit: string;
  readonly file: HubFile;
  readonly retries: RetryOptions;
}

/**
 * Makes a file that has the header of a remote one at its beginning, its size, and no weights:
 * a hole that takes no room on most disks.
 *
 * @throws {ModelLoadingError} MODEL_LOADING when the header is longer than makes sense
 */
export async function fetchHeader(remote: RemoteFile, path: string): Promise<void> {
  const { file } = remote;
  const extent = isGguf(file.path) ? ggufHeaderBytes : safetensorsHeaderBytes;
  let header = Buffer.alloc(0);
  let wanted = Math.min(FIRST_BYTES, file.size);
  for (;;) {
    header = Buffer.concat([header, await fetchBytes(remote, header.length, wanted)]);
    const length = extent(header) ?? header.length * 4;
    if (length <= header.length || header.length === file.size) break;
    wanted = Math.min(file.size, length);
    if (wanted <= MAX_HEADER) continue;
    throw new ModelLoadingError(`${file.path} of ${remote.repo} has too long a header.`, {
      details: { model: remote.repo, file: file.path },
    });
  }
  const made = await open(path, "wx");
  try {
    await made.write(header);
    await made.truncate(file.size);
  } finally {
    await made.close();
  }
}

/** By the eight bytes that a safetensors file begins with. */
function safetensorsHeaderBytes(start: Buffer): number | undefined {
  if (start.length < 8) return start.length;
  const length = start.readBigUInt64LE(0);
  // What is nonsense is left to whoever reads it.
  return length > BigInt(MAX_HEADER) ? start.length : 8 + Number(length);
}

async function fetchBytes(
  { hub, repo, commit, file, retries }: RemoteFile,
  start: number,
  end: number,
): Promise<Buffer> {
  if (start === end) return Buffer.alloc(0);
  return await withRetries(retries, async () => {
    const answer = await hub.get({
      url: hub.url(repo, "resolve", commit, file.path),
      headers: { range: `bytes=${String(start)}-${String(end - 1)}` },
      signal: retries.signal,
    });
    const from = answer.status === 206 ? start : 0;
    const range = `bytes ${String(start)}-${String(end - 1)}/${String(file.size)}`;
    if (answer.status === 206 && headerOf(answer.headers, "content-range") !== range) {
      answer.body.destroy();
      throw badAnswer(answer.url, "sends another range than it was asked for");
    }
    return await readPart(answer, start - from, end - start);
  });
}

/** So many bytes of an answer, behind so many others; the rest is not waited for. */
async function readPart({ body, url }: HubAnswer, skip: number, count: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    if (length >= skip + count) break;
  }
  const bytes = Buffer.concat(pieces).subarray(skip, skip + count);
  if (bytes.length === count) return bytes;
  throw Object.assign(new Error(`${url.host} ends its answer too early`), { code: "ECONNRESET" });
}
