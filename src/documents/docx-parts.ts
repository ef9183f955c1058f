import { attribute, readXml } from "./xml.js";
import type { ZipArchive } from "./zip.js";

/** What the text of a Word document refers to. */
export interface DocxParts {
  readonly styles: ReadonlyMap<string, DocxStyle>;
  /** By the id of a list: the kind of its items, by level. */
  readonly numbering: ReadonlyMap<string, readonly ("number" | "bullet")[]>;
  /** The element of a note, and the part that has such notes. */
  readonly notes: readonly (readonly [element: string, part: string])[];
}

interface DocxStyle {
  /** 1 to 9; undefined for what is no heading. */
  readonly heading: number | undefined;
  /** The id of a list whose items have this style. */
  readonly list: string | undefined;
}

export async function readDocxParts(archive: ZipArchive, main: string): Promise<DocxParts> {
  const folder = main.slice(0, main.lastIndexOf("/") + 1);
  const notes = (["footnote", "endnote"] as const)
    .map((element) => [element, `${folder}${element}s.xml`] as const)
    .filter(([, part]) => archive.has(part));
  return {
    styles: await readStyles(archive, `${folder}styles.xml`),
    numbering: await readNumbering(archive, `${folder}numbering.xml`),
    notes,
  };
}

async function readStyles(archive: ZipArchive, part: string): Promise<Map<string, DocxStyle>> {
  const styles = new Map<string, DocxStyle>();
  if (!archive.has(part)) return styles;
  let id: string | undefined;
  let heading: number | undefined;
  let list: string | undefined;
  await readXml(archive.stream(part), {
    open(name, attributes) {
      const value = attribute(attributes, "val") ?? "";
      if (name === "style")
        [id, heading, list] = [attribute(attributes, "styleId"), undefined, undefined];
      // Names of built-in styles are English in every language of the program.
      else if (name === "name") heading ??= headingOf(value);
      else if (name === "outlineLvl" && Number(value) < 9) heading ??= Number(value) + 1;
      else if (name === "numId") list = value;
    },
    close(name) {
      if (name === "style" && id !== undefined) styles.set(id, { heading, list });
    },
  });
  return styles;
}

function headingOf(name: string): number | undefined {
  if (/^title$/i.test(name)) return 1;
  const level = /^heading ([1-9])$/i.exec(name)?.[1];
  return level === undefined ? undefined : Number(level);
}

async function readNumbering(
  archive: ZipArchive,
  part: string,
): Promise<Map<string, ("number" | "bullet")[]>> {
  const lists = new Map<string, ("number" | "bullet")[]>();
  if (!archive.has(part)) return lists;
  const abstract = new Map<string, ("number" | "bullet")[]>();
  let levels: ("number" | "bullet")[] = [];
  let level = 0;
  let id = "";
  await readXml(archive.stream(part), {
    open(name, attributes) {
      const value = attribute(attributes, "val") ?? "";
      if (name === "abstractNum") {
        levels = [];
        abstract.set(attribute(attributes, "abstractNumId") ?? "", levels);
      } else if (name === "lvl") level = Number(attribute(attributes, "ilvl"));
      else if (name === "numFmt" && level >= 0 && level < 9) {
        levels[level] = value === "bullet" || value === "none" ? "bullet" : "number";
      } else if (name === "num") id = attribute(attributes, "numId") ?? "";
      else if (name === "abstractNumId") lists.set(id, abstract.get(value) ?? []);
    },
  });
  return lists;
}
