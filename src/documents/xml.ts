import { Parser } from "htmlparser2";
import { byteOrderMark } from "./decode-text.js";
import { damaged } from "./document-error.js";

/** Deeper nesting is in no document, and an attack on whoever keeps a stack. */
const MAX_DEPTH = 1000;

export type Attributes = Readonly<Record<string, string>>;

/** What happens while XML is read; names come without their namespace's prefix. */
export interface XmlHandler {
  open?(name: string, attributes: Attributes): void;
  text?(text: string): void;
  close?(name: string): void;
}

/**
 * Reads XML piece by piece. Entities are the five of XML and character references only:
 * nothing is expanded, and nothing outside of the text is looked at.
 */
export async function readXml(
  pieces: AsyncIterable<Uint8Array>,
  handler: XmlHandler,
): Promise<void> {
  let depth = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (++depth > MAX_DEPTH) throw damaged("it", "its elements are nested too deeply");
        handler.open?.(localName(name), attributes);
      },
      ontext(text) {
        handler.text?.(text);
      },
      onclosetag(name) {
        depth--;
        handler.close?.(localName(name));
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const piece of pieces) {
    decoder ??= new TextDecoder(byteOrderMark(piece) ?? "utf-8");
    parser.write(decoder.decode(piece, { stream: true }));
  }
  parser.end(decoder?.decode());
}

/** An attribute by its name without a prefix. */
export function attribute(attributes: Attributes, name: string): string | undefined {
  const plain = attributes[name];
  if (plain !== undefined) return plain;
  for (const key of Object.keys(attributes)) {
    if (localName(key) === name) return attributes[key];
  }
  return undefined;
}

function localName(name: string): string {
  const colon = name.indexOf(":");
  return colon === -1 ? name : name.slice(colon + 1);
}
