import { Parser } from "htmlparser2";
import { damaged } from "./document-error.js";
import type { TableLimits } from "./markdown-table.js";
import { MarkdownWriter } from "./markdown-writer.js";

const SKIPPED = new Set(
  "script style noscript template svg math iframe object embed canvas audio video select datalist dialog".split(
    " ",
  ),
);
const BLOCKS = new Set(
  "p div section article main header footer nav aside address figure figcaption form fieldset details summary dl dt dd ul ol body html hr center caption legend".split(
    " ",
  ),
);
/** These have no end tag. */
const VOID = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
const MAX_DEPTH = 5000;
const MAX_LINK_LENGTH = 500;

/** The text of an HTML page as Markdown, without what a reader does not see. */
export function htmlToMarkdown(html: string, limits: TableLimits): string {
  const page = new HtmlPage(limits);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        page.open(name, attributes);
      },
      ontext: (text) => {
        page.text(text);
      },
      onclosetag: (name) => {
        page.close(name);
      },
    },
    { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true },
  );
  parser.end(html);
  return page.finish();
}

class HtmlPage {
  readonly #writer: MarkdownWriter;
  /** One entry per open list: the number of the next item, or undefined for bullets. */
  readonly #lists: (number | undefined)[] = [];
  /** Where the texts of open links begin, and where they lead. */
  readonly #links: { readonly start: number; readonly target: string | undefined }[] = [];
  readonly #spans: number[] = [];
  #depth = 0;
  /** The depth at which something invisible began. */
  #hiddenFrom = Infinity;
  #code: string | undefined;
  #isTitle = false;
  #title = "";

  constructor(limits: TableLimits) {
    this.#writer = new MarkdownWriter(limits);
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (++this.#depth > MAX_DEPTH) throw damaged("it", "its elements are nested too deeply");
    if (this.#depth > this.#hiddenFrom) return;
    if (!VOID.has(name) && (SKIPPED.has(name) || isHidden(attributes))) {
      this.#hiddenFrom = this.#depth;
      return;
    }
    this.#openVisible(name, attributes);
  }

  #openVisible(name: string, attributes: Readonly<Record<string, string>>): void {
    const writer = this.#writer;
    if (/^h[1-6]$/.test(name)) writer.block(`${"#".repeat(Number(name[1]))} `);
    else if (BLOCKS.has(name)) writer.block();
    switch (name) {
      case "title":
        this.#isTitle = true;
        break;
      case "ul":
        this.#lists.push(undefined);
        break;
      case "ol":
        this.#lists.push(Number.parseInt(attributes["start"] ?? "1", 10) || 1);
        break;
      case "li":
        writer.block(this.#itemPrefix());
        break;
      case "blockquote":
        writer.block("> ");
        break;
      case "br":
        this.#add("\n");
        break;
      case "pre":
        writer.block();
        this.#code = "";
        break;
      case "code":
        if (this.#code === undefined) writer.text("`");
        break;
      case "table":
        writer.beginTable();
        break;
      case "tr":
        writer.beginRow();
        break;
      case "td":
      case "th":
        writer.beginCell();
        this.#spans.push(Number.parseInt(attributes["colspan"] ?? "1", 10) || 1);
        break;
      case "a":
        this.#links.push({
          start: writer.openText.length,
          target: linkTarget(attributes["href"]),
        });
        break;
      case "img":
        if ((attributes["alt"] ?? "").trim() !== "")
          this.#add(`[image: ${attributes["alt"] ?? ""}]`);
        break;
    }
  }

  text(text: string): void {
    if (this.#depth >= this.#hiddenFrom) return;
    if (this.#isTitle) {
      this.#title += text;
      return;
    }
    if (this.#code !== undefined) {
      this.#code += text;
      return;
    }
    const collapsed = text.replaceAll(/[ \t\r\n\f]+/g, " ");
    // No space follows another, and none is at the beginning of a line.
    const follows = /[ \n]$|^$/.test(this.#writer.openText.slice(-1));
    this.#writer.text(follows ? collapsed.replace(/^ /, "") : collapsed);
  }

  close(name: string): void {
    const wasHidden = this.#depth >= this.#hiddenFrom;
    if (this.#depth === this.#hiddenFrom) this.#hiddenFrom = Infinity;
    this.#depth--;
    if (wasHidden) return;
    const writer = this.#writer;
    if (BLOCKS.has(name)) writer.block();
    else if (/^(?:h[1-6]|li|blockquote)$/.test(name)) writer.endBlock();
    switch (name) {
      case "title":
        this.#isTitle = false;
        break;
      case "ul":
      case "ol":
        this.#lists.pop();
        break;
      case "pre":
        this.#closeCode();
        break;
      case "code":
        if (this.#code === undefined) writer.text("`");
        break;
      case "td":
      case "th":
        writer.endCell(this.#spans.pop());
        break;
      case "tr":
        writer.endRow();
        break;
      case "table":
        writer.endTable();
        break;
      case "a":
        this.#closeLink();
        break;
    }
  }

  finish(): string {
    const text = this.#writer.finish();
    const title = this.#title.replaceAll(/\s+/g, " ").trim();
    return title === "" ? text : `Title: ${title}\n\n${text}`;
  }

  #add(text: string): void {
    if (this.#code === undefined) this.#writer.text(text);
    else this.#code += text;
  }

  #closeCode(): void {
    const code = (this.#code ?? "").replace(/^\n/, "").trimEnd();
    this.#code = undefined;
    if (code !== "") this.#writer.verbatim(`\`\`\`\n${code}\n\`\`\``);
  }

  #closeLink(): void {
    const link = this.#links.pop();
    if (link?.target === undefined) return;
    const text = this.#writer.openText.slice(link.start).trim();
    // A link whose text is its address says it already; one in front of a block has no text.
    if (text !== "" && text !== link.target) this.#writer.text(` (${link.target})`);
  }

  #itemPrefix(): string {
    const depth = Math.min(Math.max(this.#lists.length, 1), 12);
    const indent = "  ".repeat(depth - 1);
    const number = this.#lists.at(-1);
    if (number === undefined) return `${indent}- `;
    this.#lists[this.#lists.length - 1] = number + 1;
    return `${indent}${String(number)}. `;
  }
}

function isHidden(attributes: Readonly<Record<string, string>>): boolean {
  if ("hidden" in attributes || attributes["aria-hidden"] === "true") return true;
  return /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(attributes["style"] ?? "");
}

function linkTarget(href: string | undefined): string | undefined {
  const target = href?.trim() ?? "";
  return /^(?:https?:|mailto:)/i.test(target) && target.length <= MAX_LINK_LENGTH
    ? target
    : undefined;
}
