import fs from "node:fs";
import path from "node:path";
import { importPeer } from "../lib/import-peer.mjs";

export async function open({ model }) {
  const { Tokenizer } = await importPeer("@huggingface/tokenizers");
  const config = path.join(path.dirname(model), "tokenizer_config.json");
  const read = (file) => JSON.parse(fs.readFileSync(file, "utf8"));
  const tokenizer = new Tokenizer(read(model), read(config));
  return {
    // Not a promise: it computes where it is called.
    encode: (text) => tokenizer.encode(text),
    close: () => undefined,
  };
}
