import fs from "node:fs";
import zlib from "node:zlib";

const blockSize = 512;

function text(block, start, length) {
  return block.toString("utf8", start, start + length).replace(/\0.*$/s, "");
}

/** Every entry of a .tgz as {name, size, type, content}; type "0" is a file. */
export function* tarEntries(file) {
  const archive = zlib.gunzipSync(fs.readFileSync(file));
  let offset = 0;
  while (offset + blockSize <= archive.length) {
    const header = archive.subarray(offset, offset + blockSize);
    const name = text(header, 0, 100);
    if (name === "") return;
    const prefix = text(header, 345, 155);
    const size = Number.parseInt(text(header, 124, 12).trim(), 8) || 0;
    offset += blockSize;
    yield {
      name: prefix ? `${prefix}/${name}` : name,
      size,
      type: text(header, 156, 1) || "0",
      content: archive.subarray(offset, offset + size),
    };
    offset += Math.ceil(size / blockSize) * blockSize;
  }
}
