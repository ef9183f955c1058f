import { listDevices, type Device } from "../index.js";
import type { Arguments } from "./arguments.js";
import type { Command } from "./command.js";
import type { Context } from "./context.js";
import { EXIT } from "./exit-codes.js";
import { HELP_FLAG, JSON_FLAG } from "./flag.js";
import { formatBytes } from "./format.js";
import { refuseOperands } from "./operands.js";
import { formatTable, type Column } from "./table.js";

const COLUMNS: readonly Column[] = [
  { title: "ID" },
  { title: "TYPE" },
  { title: "NAME", flexible: true },
  { title: "MEMORY", align: "right" },
  { title: "FREE", align: "right" },
];

export const devicesCommand: Command = {
  name: "devices",
  operands: "",
  summary: "List the devices that can compute",
  description: "Lists the devices of this machine that can run a model, and their memory.",
  groups: [{ title: "Options", flags: [JSON_FLAG, HELP_FLAG] }],
  examples: [
    { line: "abstractllm devices", meaning: "a table" },
    { line: "abstractllm devices --json", meaning: "an array, for programs" },
  ],
  run,
};

async function run(args: Arguments, { out }: Context): Promise<number> {
  refuseOperands(args, 0);
  const devices = listDevices();
  if (args.has("json")) {
    await out.writeJson(devices);
  } else {
    const [titles = "", ...lines] = formatTable(COLUMNS, devices.map(rowOf), out.tableWidth);
    await out.writeLines([out.bold(titles), ...lines]);
  }
  return EXIT.ok;
}

function rowOf({ id, type, name, total_bytes, free_bytes }: Device): string[] {
  return [id, type, name, formatBytes(total_bytes), formatBytes(free_bytes)];
}
