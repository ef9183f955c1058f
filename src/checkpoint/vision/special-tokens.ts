import { open } from "node:fs/promises";

import { isPlainObject } from "../../internal/is-plain-object.js";
import { damaged } from "../errors.js";
import type { CheckpointFolder } from "../read-folder.js";

/** tokenizer.json has them before all else; the rest of it may be large. */
const HEAD_BYTES = 1024 * 1024;

/**
 * Ids of special tokens by their texts.
 *
 * @throws {ModelLoadingError} MODEL_LOADING when there is no such token
 */
export async function findSpecialTokens(
  folder: CheckpointFolder,
  texts: readonly string[],
): Promise<Record<string, number>> {
  const ids: Record<string, number> = {};
  if (texts.length === 0) return ids;
  const listed = added(folder.tokenizer?.["added_tokens_decoder"]);
  const head = folder.tokenizerJson === undefined ? "" : await readHead(folder.tokenizerJson);
  for (const text of texts) {
    const id = listed.get(text) ?? idInHead(head, text);
    if (id === undefined) {
      throw damaged(
        folder.tokenizerJson ?? folder.path,
        `there is no token ${JSON.stringify(text)}.`,
      );
    }
    ids[text] = id;
  }
  return ids;
}

function added(decoder: unknown): Map<string, number> {
  const ids = new Map<string, number>();
  if (!isPlainObject(decoder)) return ids;
  for (const [id, token] of Object.entries(decoder)) {
    const content = isPlainObject(token) ? token["content"] : undefined;
    if (typeof content === "string" && /^\d{1,9}$/.test(id)) ids.set(content, Number(id));
  }
  return ids;
}

async function readHead(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** An entry of added_tokens, which begins with these two. */
function idInHead(head: string, text: string): number | undefined {
  const content = JSON.stringify(text).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const match = new RegExp(`"id":\\s*(\\d{1,9}),\\s*"content":\\s*${content}`).exec(head);
  return match === null ? undefined : Number(match[1]);
}
