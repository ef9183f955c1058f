import { Tokenizer } from "../../lib/index.js";

export async function open({ model }) {
  const tokenizer = await Tokenizer.from(model);
  return {
    encode: (text) => tokenizer.encode(text),
    encodeBatch: (texts) => tokenizer.encodeBatch(texts),
    close: () => tokenizer.cleanup(),
  };
}
