import { decodeText } from "./decode-text.js";
import { damaged } from "./document-error.js";
import { htmlToMarkdown } from "./html.js";
import type { TableLimits } from "./markdown-table.js";
import { entryName } from "./relationships.js";
import { attribute, readXml } from "./xml.js";
import type { ZipArchive } from "./zip.js";

/** The chapters of a book in the order of its spine, as Markdown. */
export async function epubToMarkdown(archive: ZipArchive, limits: TableLimits): Promise<string> {
  let left = limits.characters;
  const chapters: string[] = [];
  for (const part of await spine(archive)) {
    const html = decodeText(await archive.read(part));
    if (html === undefined) continue;
    // The title of every file is the book's, and no part of the text.
    const text = htmlToMarkdown(html, { ...limits, characters: left }).replace(
      /^Title: .*(?:\n\n|$)/,
      "",
    );
    left -= text.length;
    if (text !== "") chapters.push(text);
  }
  return chapters.join("\n\n");
}

async function spine(archive: ZipArchive): Promise<string[]> {
  let main: string | undefined;
  await readXml(archive.stream("META-INF/container.xml"), {
    open(name, attributes) {
      if (name === "rootfile") main ??= attribute(attributes, "full-path");
    },
  });
  if (main === undefined) throw damaged("it", "its container names no book");
  const folder = main.slice(0, main.lastIndexOf("/") + 1);
  const items = new Map<string, string>();
  const parts: string[] = [];
  await readXml(archive.stream(main), {
    open(name, attributes) {
      if (name === "item" && (attribute(attributes, "media-type") ?? "").includes("html")) {
        const target = decoded(attribute(attributes, "href") ?? "");
        items.set(attribute(attributes, "id") ?? "", entryName(folder, target));
      } else if (name === "itemref") {
        const part = items.get(attribute(attributes, "idref") ?? "");
        if (part !== undefined && archive.has(part)) parts.push(part);
      }
    },
  });
  return parts;
}

/** References are URLs, names of entries are not. */
function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}
