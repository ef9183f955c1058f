import { importPeer } from "../lib/import-peer.mjs";

export async function open({ model }) {
  const { Tokenizer } = await importPeer("tokenizers");
  const tokenizer = Tokenizer.fromFile(model);
  return {
    encode: (text) => tokenizer.encode(text, null),
    encodeBatch: (texts) => tokenizer.encodeBatch(texts),
    close: () => undefined,
  };
}
