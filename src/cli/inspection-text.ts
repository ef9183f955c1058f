import type { MetadataValue, ModelInspection, TensorInfo } from "../index.js";
import { fitWidth } from "./display-width.js";
import { escapeControls, escapeToLine } from "./escape-controls.js";
import { formatBytes, formatCount, formatPercent } from "./format.js";
import { formatTable, type Column } from "./table.js";

/** A part of what is shown: its lines stand under the title. */
export interface TextSection {
  readonly title: string;
  readonly lines: readonly string[];
}

export interface InspectionTextOptions {
  /** How wide it may be. */
  readonly width: number;
  /** Whether to show the whole chat template instead of its beginning. */
  readonly template: boolean;
  /** Whether to list the tensors. */
  readonly tensors: boolean;
}

const INDENT = 2;
const TEMPLATE_KEY = "tokenizer.chat_template";
const TEMPLATE_LINES = 5;
const TEMPLATE_COLUMNS = 300;

const TYPE_COLUMNS: readonly Column[] = [
  { title: "TYPE" },
  { title: "TENSORS", align: "right" },
  { title: "PARAMETERS", align: "right" },
  { title: "SIZE", align: "right" },
  { title: "SHARE", align: "right" },
];

const TENSOR_COLUMNS: readonly Column[] = [
  { title: "NAME", flexible: true },
  { title: "TYPE" },
  { title: "SHAPE", align: "right" },
  { title: "SIZE", align: "right" },
];

/** A model file for people, in sections. */
export function inspectionSections(
  model: ModelInspection,
  { width, template, tensors }: InspectionTextOptions,
): TextSection[] {
  const room = width - INDENT;
  const sections = [
    section(model.name ?? "Model", pairs(summaryOf(model), room)),
    section("Tensor types", formatTable(TYPE_COLUMNS, typeRows(model), room)),
    section("Metadata", pairs(metadataRows(model.metadata), room)),
  ];
  if (tensors) {
    const rows = model.tensors.map(tensorRow);
    sections.push(section("Tensors", formatTable(TENSOR_COLUMNS, rows, room)));
  }
  if (model.chat_template !== undefined) {
    sections.push(templateSection(model.chat_template, template, room));
  }
  return sections;
}

function section(title: string, lines: readonly string[]): TextSection {
  return {
    title: escapeToLine(title),
    lines: lines.map((line) => (line === "" ? "" : " ".repeat(INDENT) + line)),
  };
}

function pairs(rows: readonly (readonly string[])[], width: number): string[] {
  return formatTable([{}, { flexible: true }], rows, width);
}

function summaryOf(model: ModelInspection): string[][] {
  const { tokenizer, vocabulary_size: vocabulary, chat_template: template } = model;
  const tokens = vocabulary === undefined ? "" : `, ${String(vocabulary)} tokens`;
  const pre = tokenizer?.pre === undefined ? "" : ` (${tokenizer.pre})`;
  const known: [string, string | undefined][] = [
    ["path", model.path],
    ["size", formatBytes(model.size_bytes)],
    ["architecture", model.architecture],
    ["parameters", formatCount(model.parameter_count)],
    ["context length", model.context_length?.toString()],
    ["layers", model.layer_count?.toString()],
    ["embedding length", model.embedding_length?.toString()],
    ["tokenizer", tokenizer === undefined ? undefined : tokenizer.model + pre + tokens],
    ["tensors", String(model.tensors.length)],
    ["chat template", template === undefined ? "none" : charactersOf(template)],
  ];
  return known.map(([name, value]) => [name, value ?? "not said"]);
}

function typeRows({ tensor_types: types }: ModelInspection): string[][] {
  const total = types.reduce((sum, { bytes }) => sum + bytes, 0);
  return types.map(({ type, tensor_count, parameter_count, bytes }) => [
    type,
    String(tensor_count),
    formatCount(parameter_count),
    formatBytes(bytes),
    formatPercent(total > 0 ? bytes / total : 0),
  ]);
}

function metadataRows(metadata: ModelInspection["metadata"]): string[][] {
  return Object.entries(metadata).map(([key, value]) => [key, metadataText(key, value)]);
}

function metadataText(key: string, value: MetadataValue): string {
  if (typeof value === "object") return `[${String(value.length)} ${value.type}]`;
  if (key === TEMPLATE_KEY && typeof value === "string") return `(${charactersOf(value)})`;
  return typeof value === "number" ? numberText(value) : String(value);
}

/** Most numbers are float32: 0.00001 there is 0.000009999999747378752 here. */
function numberText(value: number): string {
  const isFloat = !Number.isInteger(value) && Math.fround(value) === value;
  return String(isFloat ? Number(value.toPrecision(7)) : value);
}

function tensorRow({ name, type, shape, bytes }: TensorInfo): string[] {
  return [name, type, shape.join(" x "), formatBytes(bytes)];
}

function templateSection(template: string, isWhole: boolean, width: number): TextSection {
  const lines = template.split(/\r?\n/).map(escapeControls);
  if (isWhole) return section("Chat template", lines);
  // Some templates are one long line.
  const columns = Math.min(width, TEMPLATE_COLUMNS);
  const first = lines.slice(0, TEMPLATE_LINES).map((line) => fitWidth(line, columns));
  const isCut = lines.length > TEMPLATE_LINES || lines.some((line) => !first.includes(line));
  return section(`Chat template${isCut ? " (its beginning; --template shows it all)" : ""}`, first);
}

function charactersOf(text: string): string {
  return `${String(text.length)} characters`;
}
