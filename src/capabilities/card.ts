import type { Card } from "./evidence.js";

// Cards list hundreds of languages at most.
const MAX_LINES = 2000;
const MAX_CHARACTERS = 64 * 1024;

/**
 * The front matter of a model card: the few keys that say what a model is for, in the subset
 * of YAML that cards are written in. Anything else is passed over; undefined without any.
 */
export function readCard(markdown: string): Card | undefined {
  const [first, ...lines] = markdown
    .slice(0, MAX_CHARACTERS)
    .split("\n", MAX_LINES)
    .map((line) => line.trimEnd());
  const end = lines.indexOf("---");
  if (first !== "---" || end < 0) return undefined;
  const values = readLists(lines.slice(0, end));
  const list = (key: string): readonly string[] => values.get(key) ?? [];
  const text = (key: string): string | undefined => values.get(key)?.[0];
  const pipelineTag = text("pipeline_tag");
  const license = text("license");
  return {
    ...(pipelineTag === undefined ? {} : { pipelineTag }),
    ...(license === undefined ? {} : { license }),
    tags: list("tags"),
    languages: list("language"),
    datasets: list("datasets"),
    baseModels: list("base_model"),
  };
}

/** Top-level keys with scalars, `[a, b]`, or a list of dashes below. */
function readLists(lines: readonly string[]): Map<string, string[]> {
  const values = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of lines) {
    const item = /^\s*-\s+(.*)$/.exec(line);
    const key = /^([A-Za-z_][\w-]*):\s*(.*)$/.exec(line);
    if (key !== null) {
      current = readInline(key[2] ?? "");
      values.set(key[1] ?? "", current);
    } else if (item !== null && current !== undefined) {
      // Items that are mappings say how a model was measured.
      const value = unquote(item[1] ?? "");
      if (!/^\w+:\s/.test(value)) current.push(value);
    }
  }
  return values;
}

function readInline(text: string): string[] {
  // One blank is enough to find a comment; more of them would be tried from each.
  const trimmed = text.replace(/\s#.*$/, "").trim();
  if (trimmed === "" || trimmed === "|" || trimmed === ">") return [];
  const list = /^\[(.*)\]$/.exec(trimmed);
  if (list === null) return [unquote(trimmed)];
  return (list[1] ?? "")
    .split(",")
    .map(unquote)
    .filter((value) => value !== "");
}

function unquote(text: string): string {
  const trimmed = text.trim();
  return /^(["']).*\1$/.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
}
