import os from "node:os";
import { parseArgs } from "node:util";
import { ENGINES } from "../../bench/engines/index.mjs";
import { FULL, QUICK } from "../../bench/lib/sizes.mjs";
import { SCENARIOS } from "../../bench/scenarios/index.mjs";
import { Failure } from "./main.mjs";

export const help = `npm run bench -- [options]
  --report         also writes docs/benchmarks.md and its charts
  --quick          small models and sizes, one round: whether everything works (its report
                   goes to build-bench)
  --only A,B       scenarios: ${[...SCENARIOS.map(({ name }) => name), "core"].join(", ")}
  --engines A,B    ${Object.keys(ENGINES).join(", ")}
  --rounds N       1 to 100 (3)
  --threads N      1 to 512 (all cores that the process may use)
  --json           only JSON on standard output (npm run --silent bench -- --json)
The raw numbers are in build-bench/results.json, after each scenario.
`;

/** What the arguments ask for: { plan, report, json }. Failure names a wrong one. */
export function parseOptions(args) {
  const { values } = parse(args);
  const quick = values.quick ?? false;
  return {
    plan: {
      quick,
      sizes: quick ? QUICK : FULL,
      rounds: parseNumber("rounds", values.rounds, quick ? 1 : 3, 100),
      threads: parseNumber("threads", values.threads, os.availableParallelism(), 512),
      scenarios: parseNames("only", values.only, [...SCENARIOS.map(({ name }) => name), "core"]),
      engines: parseNames("engines", values.engines, Object.keys(ENGINES)),
    },
    report: values.report ?? false,
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function parse(args) {
  const flag = { type: "boolean" };
  const text = { type: "string" };
  const flags = { report: flag, quick: flag, json: flag, help: flag };
  try {
    const options = { ...flags, only: text, engines: text, rounds: text, threads: text };
    return parseArgs({ args, options });
  } catch (error) {
    throw new Failure(`${error.message}\n\n${help}`);
  }
}

function parseNumber(name, text, otherwise, largest) {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= largest) return number;
  throw new Failure(`--${name} takes a whole number from 1 to ${largest}, not "${text}"`);
}

function parseNames(name, text, known) {
  if (text === undefined) return undefined;
  const names = text.split(",");
  const unknown = names.find((candidate) => !known.includes(candidate));
  if (unknown === undefined) return names;
  throw new Failure(`--${name}: there is no "${unknown}"; there are ${known.join(", ")}`);
}
