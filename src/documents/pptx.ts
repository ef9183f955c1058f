import { beyond } from "./document-error.js";
import { counted, type TableLimits } from "./markdown-table.js";
import { MarkdownWriter } from "./markdown-writer.js";
import { readRelationships } from "./relationships.js";
import { attribute, readXml, type Attributes, type XmlHandler } from "./xml.js";
import type { ZipArchive } from "./zip.js";

/** The slides of a presentation with their notes, as Markdown. */
export async function pptxToMarkdown(
  archive: ZipArchive,
  main: string,
  limits: TableLimits & { readonly pages: number },
): Promise<{ readonly text: string; readonly facts: string }> {
  const slides = await slideParts(archive, main);
  if (slides.length > limits.pages) throw beyond("pages", slides.length, limits.pages);
  const blocks: string[] = [];
  for (const [index, part] of slides.entries()) {
    blocks.push(`## Slide ${String(index + 1)}`);
    const slide = await readSlide(archive, part, limits);
    if (slide !== "") blocks.push(slide);
    const related = await readRelationships(archive, part);
    const notes = [...related.values()].find(({ type }) => type === "notesSlide")?.target;
    if (notes === undefined || !archive.has(notes)) continue;
    const text = await readSlide(archive, notes, limits);
    if (text !== "") blocks.push(`Notes: ${text}`);
  }
  return { text: blocks.join("\n\n"), facts: counted(slides.length, "slide") };
}

async function slideParts(archive: ZipArchive, main: string): Promise<string[]> {
  const relationships = await readRelationships(archive, main);
  const parts: string[] = [];
  await readXml(archive.stream(main), {
    open(name, attributes) {
      if (name !== "sldId") return;
      const key = Object.keys(attributes).find((one) => one.endsWith(":id"));
      const target = relationships.get(key === undefined ? "" : (attributes[key] ?? ""));
      if (target !== undefined && archive.has(target.target)) parts.push(target.target);
    },
  });
  return parts;
}

async function readSlide(archive: ZipArchive, part: string, limits: TableLimits): Promise<string> {
  const writer = new MarkdownWriter(limits);
  await readXml(archive.stream(part), new SlideReader(writer));
  return writer.finish();
}

class SlideReader implements XmlHandler {
  readonly #writer: MarkdownWriter;
  #isText = false;
  #placeholder = "";

  constructor(writer: MarkdownWriter) {
    this.#writer = writer;
  }

  open(name: string, attributes: Attributes): void {
    switch (name) {
      case "sp":
        this.#placeholder = "";
        break;
      case "ph":
        this.#placeholder = attribute(attributes, "type") ?? "body";
        break;
      case "cNvPr":
        this.#picture(attributes);
        break;
      case "p":
        this.#writer.endBlock();
        if (/title$/i.test(this.#placeholder)) this.#writer.block("### ");
        break;
      case "br":
        this.#writer.text("\n");
        break;
      case "t":
        // The numbers of slides, and dates, say nothing.
        this.#isText = !/^(?:sldNum|dt|ftr|hdr)$/.test(this.#placeholder);
        break;
      case "tbl":
        this.#writer.beginTable();
        break;
      case "tr":
        this.#writer.beginRow();
        break;
      case "tc":
        this.#writer.beginCell();
        break;
    }
  }

  text(text: string): void {
    if (this.#isText) this.#writer.text(text);
  }

  close(name: string): void {
    switch (name) {
      case "t":
        this.#isText = false;
        break;
      case "p":
        this.#writer.endBlock();
        break;
      case "tc":
        this.#writer.endCell();
        break;
      case "tr":
        this.#writer.endRow();
        break;
      case "tbl":
        this.#writer.endTable();
        break;
    }
  }

  #picture(attributes: Attributes): void {
    const words = (attribute(attributes, "descr") ?? "").trim();
    if (words !== "") this.#writer.verbatim(`[image: ${words}]`);
  }
}
