/** What a text is for its reader, and for the model. */
export interface TextKind {
  readonly form: "text" | "table" | "html";
  /** The media type. */
  readonly type: string;
  /** What people call it. */
  readonly words: string;
  /** Behind the opening fence. */
  readonly language: string;
  /** Of a table; undefined: it is guessed. */
  readonly delimiter?: string;
}

const PLAIN: TextKind = { form: "text", type: "text/plain", words: "text", language: "" };
const CSV: TextKind = { form: "table", type: "text/csv", words: "CSV table", language: "" };
const TSV: TextKind = {
  form: "table",
  type: "text/tab-separated-values",
  words: "TSV table",
  language: "",
  delimiter: "\t",
};
const HTML: TextKind = { form: "html", type: "text/html", words: "HTML page", language: "" };

const BY_EXTENSION = new Map<string, TextKind>([
  ["csv", CSV],
  ["tsv", TSV],
  ["tab", TSV],
  ["html", HTML],
  ["htm", HTML],
  ["xhtml", HTML],
  ["txt", PLAIN],
  ["log", PLAIN],
  ["md", text("text/markdown", "Markdown")],
  ["markdown", text("text/markdown", "Markdown")],
  ["json", text("application/json", "JSON", "json")],
  ["jsonl", text("application/jsonl", "JSON lines", "json")],
  ["ndjson", text("application/jsonl", "JSON lines", "json")],
  ["xml", text("application/xml", "XML", "xml")],
  ["yaml", text("application/yaml", "YAML", "yaml")],
  ["yml", text("application/yaml", "YAML", "yaml")],
  ["toml", text("application/toml", "TOML", "toml")],
]);

/** Extensions of source code, and the language behind the fence. */
const LANGUAGES: Readonly<Record<string, string>> = {
  ...{ js: "javascript", mjs: "javascript", cjs: "javascript", jsx: "jsx", ts: "typescript" },
  ...{ mts: "typescript", cts: "typescript", tsx: "tsx", py: "python", rb: "ruby", rs: "rust" },
  ...{ go: "go", java: "java", kt: "kotlin", swift: "swift", c: "c", h: "c", cc: "cpp" },
  ...{
    cpp: "cpp",
    hpp: "cpp",
    cs: "csharp",
    php: "php",
    sh: "bash",
    bash: "bash",
    ps1: "powershell",
  },
  ...{ sql: "sql", css: "css", scss: "scss", r: "r", lua: "lua", pl: "perl", scala: "scala" },
  ...{ dart: "dart", vue: "vue", svelte: "svelte", tex: "latex", diff: "diff", patch: "diff" },
};

const BY_TYPE = new Map<string, TextKind>([
  ["application/xhtml+xml", HTML],
  ["text/xml", text("application/xml", "XML", "xml")],
  ...[...BY_EXTENSION.values()].map((kind) => [kind.type, kind] as const),
]);

/**
 * What kind of text it is: by the file's name, then by the declared type, then by how the
 * text begins.
 */
export function textKind(
  name: string | undefined,
  declaredType: string | undefined,
  content: string,
): TextKind {
  const extension = /\.([a-z\d]{1,10})$/i.exec(name ?? "")?.[1]?.toLowerCase() ?? "";
  const named = BY_EXTENSION.get(extension);
  if (named !== undefined && named !== PLAIN) return named;
  if (Object.hasOwn(LANGUAGES, extension)) {
    const language = LANGUAGES[extension] ?? "";
    return text("text/plain", `${language} source code`, language);
  }
  const declared = BY_TYPE.get((declaredType ?? "").split(";")[0]?.trim().toLowerCase() ?? "");
  if (declared !== undefined && declared !== PLAIN) return declared;
  const start = content.slice(0, 1024).trimStart();
  if (/^(?:<!doctype html|<html[\s>])/i.test(start)) return HTML;
  return named ?? PLAIN;
}

function text(type: string, words: string, language = ""): TextKind {
  return { form: "text", type, words, language };
}
