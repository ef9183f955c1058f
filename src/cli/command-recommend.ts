import {
  getModelRecommendations,
  measureMemoryBandwidth,
  RECOMMENDATION_TASKS,
  type ModelRecommendation,
  type RecommendationTask,
} from "../index.js";
import { CATALOGUE_DATE } from "../recommendations/catalogue/index.js";
import type { Arguments } from "./arguments.js";
import type { Command } from "./command.js";
import type { Context } from "./context.js";
import { EXIT } from "./exit-codes.js";
import { HELP_FLAG, JSON_FLAG } from "./flag.js";
import { formatBytes, formatRate } from "./format.js";
import { refuseOperands } from "./operands.js";
import { formatTable, type Column } from "./table.js";

const COLUMNS: readonly Column[] = [
  { title: "MODEL" },
  { title: "SIZE", align: "right" },
  { title: "AS" },
  { title: "NEEDS", align: "right" },
  { title: "FITS" },
  { title: "AT MOST", align: "right" },
  { title: "LICENCE" },
  { title: "WHY", flexible: true },
];
const NAMES = { none: "16 bits", q8_0: "q8_0", q4_k_m: "q4_k_m" } as const;

export const recommendCommand: Command = {
  name: "recommend",
  operands: "[TASK]",
  summary: "Recommend models for a task on this machine",
  description:
    "Lists well-known models for TASK, those first that this machine runs well: what each needs, " +
    "whether that is free now, and how many tokens per second it may write at most, by the speed " +
    `of memory. TASK is one of ${RECOMMENDATION_TASKS.join(", ")}; text-generation without it.`,
  groups: [
    {
      title: "Options",
      flags: [{ name: "fits", kind: "switch", help: "Only models that fit" }, JSON_FLAG, HELP_FLAG],
    },
  ],
  examples: [
    { line: "abstractllm recommend code", meaning: "a table" },
    { line: "abstractllm recommend vision --fits --json", meaning: "an array, for programs" },
  ],
  run,
};

async function run(args: Arguments, { out, err }: Context): Promise<number> {
  refuseOperands(args, 1);
  const task = args.positionals[0] ?? "text-generation";
  const bandwidth = await measureMemoryBandwidth();
  const listed = getModelRecommendations(task as RecommendationTask);
  const rows = args.has("fits") ? listed.filter(({ fits }) => fits === true) : listed;
  if (args.has("json")) {
    await out.writeJson(rows);
    return EXIT.ok;
  }
  const [titles = "", ...lines] = formatTable(COLUMNS, rows.map(rowOf), out.tableWidth);
  await out.writeLines([out.bold(titles), ...lines]);
  err.say(
    `Memory is read with ${formatBytes(bandwidth)} per second. The list is of ${CATALOGUE_DATE}.\n`,
  );
  return EXIT.ok;
}

function rowOf(row: ModelRecommendation): string[] {
  const { parameters, quantization, needed_bytes: bytes, tokens_per_second: speed } = row;
  return [
    row.model,
    parameters === undefined ? "" : sizeOf(parameters),
    quantization === undefined ? "" : NAMES[quantization],
    bytes === undefined ? "" : formatBytes(bytes),
    row.fits === undefined ? "not known" : row.fits ? "yes" : "no",
    speed === undefined ? "" : formatRate(speed),
    row.license ?? "",
    row.description,
  ];
}

function sizeOf(billions: number): string {
  return billions >= 1 ? `${billions.toFixed(1)} B` : `${(billions * 1000).toFixed(0)} M`;
}
