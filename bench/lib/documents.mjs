import fs from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const FOLDERS = ["", "docs", "src", "native", "native/core", "native/test", "scripts"];
const ENDINGS = /\.(?:md|ts|mjs|cc|h)$/;

let all;

/**
 * Texts of `length` UTF-16 units, about `total` in all, of what is written in this repository:
 * prose, code, and the numbers and scripts of its tests. Begins again where that ends.
 */
export function documents(total, length) {
  all ??= readAll();
  const texts = [];
  for (let at = 0; at < total; at += length) texts.push(slice(at, length));
  return texts;
}

function slice(begin, length) {
  let text = "";
  while (text.length < length) {
    const at = (begin + text.length) % all.length;
    text += all.slice(at, at + length - text.length);
  }
  return text.toWellFormed?.() ?? text;
}

function readAll() {
  const texts = FOLDERS.flatMap((folder) =>
    fs
      .readdirSync(`${root}/${folder}`)
      .filter((name) => ENDINGS.test(name))
      .sort()
      .map((name) => fs.readFileSync(`${root}/${folder}/${name}`, "utf8")),
  );
  return texts.join("\n");
}
