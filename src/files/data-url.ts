import type { ByteCollector } from "./byte-collector.js";
import { mediaError, type FileLabel } from "./media-error.js";

/**
 * Decodes a data: URL; returns the media type that it declares.
 * @throws {MediaError} MEDIA
 */
export function readDataUrl(
  url: string,
  label: FileLabel,
  collector: ByteCollector,
): string | undefined {
  const comma = url.indexOf(",");
  if (comma === -1) throw mediaError(label, "is a data: URL without a comma");
  const head = url.slice(5, comma);
  const isBase64 = /;\s*base64\s*$/i.test(head);
  const data = url.slice(comma + 1);
  // An estimate, and never too large, before anything is decoded.
  collector.check(isBase64 ? Math.floor(data.length * 0.7) : Math.floor(data.length / 3));
  if (isBase64) collector.add(decodeBase64(data, label));
  else collector.add(percentDecoded(data, label));
  return head.replace(/;\s*base64\s*$/i, "").trim() || undefined;
}

/**
 * Base64 as people have it: with line breaks, of either alphabet, with or without padding.
 * @throws {MediaError} MEDIA for what is none
 */
export function decodeBase64(text: string, label: FileLabel): Uint8Array {
  const plain = text.includes("%") ? percentDecoded(text, label).toString("latin1") : text;
  const bytes = Buffer.from(plain, "base64");
  // Buffer skips what it does not know, so what it made is compared with what was there.
  const digits = plain.replaceAll(/[\s=]/g, "").length;
  if (digits % 4 === 1 || bytes.length !== Math.floor((digits * 3) / 4)) {
    throw mediaError(label, "is not valid base64");
  }
  return bytes;
}

function percentDecoded(text: string, label: FileLabel): Buffer {
  if (!text.includes("%")) return Buffer.from(text, "utf8");
  const bytes = Buffer.from(text, "utf8");
  const decoded = Buffer.alloc(bytes.length);
  let length = 0;
  for (let index = 0; index < bytes.length; index++) {
    let byte = bytes[index] ?? 0;
    if (byte === 0x25) {
      const hex = bytes.toString("latin1", index + 1, index + 3);
      if (!/^[\da-f]{2}$/i.test(hex)) throw mediaError(label, "has a broken percent escape");
      byte = Number.parseInt(hex, 16);
      index += 2;
    }
    decoded[length++] = byte;
  }
  return decoded.subarray(0, length);
}
