import { abort } from "./abort.mjs";
import { admission } from "./admission.mjs";
import { chats } from "./chats.mjs";
import { embeddings } from "./embeddings.mjs";
import { load } from "./load.mjs";
import { prefix } from "./prefix.mjs";
import { responsiveness } from "./responsiveness.mjs";
import { single } from "./single.mjs";
import { start } from "./start.mjs";
import { streams } from "./streams.mjs";
import { tokenizers } from "./tokenizers.mjs";

/**
 * @typedef {object} Aim a limit of ours or, with `peer`, of ours over the peer's
 * @property {string} metric
 * @property {string} [peer]
 * @property {number} [atMost]
 * @property {number} [atLeast] either this or atMost
 */

/**
 * @typedef {object} Metric
 * @property {string} title
 * @property {string} unit
 * @property {"higher" | "lower"} better
 * @property {boolean} [chart] whether the report has a chart of it
 */

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} title
 * @property {string[]} models names of generated ones, "embedded", or "tokenizer-..."
 * @property {string[]} engines names in engines/index.mjs; llama.node only where prompts are
 *   short: its binary has no SIMD, and would take most of a run's time
 * @property {{ [engine: string]: string[] }} [only] for that reason: its models, if not all
 * @property {(sizes: typeof import("../lib/sizes.mjs").FULL) => string} note what is done
 * @property {{ [name: string]: Metric }} metrics
 * @property {Aim[]} aims
 * @property {Function} [open] of the sizes: options for the engines' open()
 * @property {Function} [measure] of an engine and the sizes, run in a child process per engine
 *   and round; resolves to values by metric, as many as the engine can give
 * @property {{ [name: string]: string }} [scripts] instead: programs of children/, which get
 *   { model, tools, sizes }
 * @property {Function} [fromScripts] of their outputs by name: values by metric
 */

/**
 * What is measured, in the order of the report.
 * @type {Scenario[]}
 */
export const SCENARIOS = [
  single,
  chats,
  streams,
  prefix,
  admission,
  abort,
  embeddings,
  tokenizers,
  start,
  load,
  responsiveness,
];
