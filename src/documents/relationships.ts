import { attribute, readXml } from "./xml.js";
import type { ZipArchive } from "./zip.js";

interface Relationship {
  /** The last word of its type: "officeDocument", "worksheet". */
  readonly type: string;
  /** The name of the entry. */
  readonly target: string;
}

/**
 * What a part of an Office document refers to, by id. Nothing outside of the archive is
 * among it.
 * @param part the name of the part; "" for the archive as a whole
 */
export async function readRelationships(
  archive: ZipArchive,
  part: string,
): Promise<Map<string, Relationship>> {
  const relationships = new Map<string, Relationship>();
  const slash = part.lastIndexOf("/") + 1;
  const folder = part.slice(0, slash);
  const name = `${folder}_rels/${part.slice(slash)}.rels`;
  if (!archive.has(name)) return relationships;
  await readXml(archive.stream(name), {
    open(element, attributes) {
      if (element !== "Relationship" || attribute(attributes, "TargetMode") === "External") return;
      const id = attribute(attributes, "Id") ?? "";
      const type = (attribute(attributes, "Type") ?? "").replace(/^.*\//, "");
      const target = entryName(folder, attribute(attributes, "Target") ?? "");
      relationships.set(id, { type, target });
    },
  });
  return relationships;
}

/** The name of an entry that is given relative to a folder. */
export function entryName(folder: string, target: string): string {
  const names: string[] = target.startsWith("/") ? [] : folder.split("/");
  for (const name of target.split("/")) {
    if (name === "..") {
      if (names.at(-1) === "") names.pop();
      names.pop();
      names.push("");
    } else if (name !== "." && name !== "") {
      if (names.at(-1) === "") names.pop();
      names.push(name);
    }
  }
  return names.join("/");
}
