import { ENGINES } from "../engines/index.mjs";
import { summary } from "../lib/statistics.mjs";
import { barChart } from "./chart.mjs";
import { formatNumber, formatValue } from "./format.mjs";
import { aimWords } from "./table.mjs";
import { middle, verdicts } from "./verdicts.mjs";

/**
 * The results as { text, charts }: Markdown, and [{ name, svg }] for the folder
 * `chartFolder`, which the text refers to. Pure: every number comes from `results`.
 * @returns {{ text: string, charts: { name: string, svg: string }[] }}
 */
export function asMarkdown(results, { chartFolder }) {
  const charts = [];
  const sections = results.scenarios.map((scenario) => {
    const chart = chartOf(scenario);
    if (chart) charts.push(chart);
    return scenarioSection(scenario, chart && `${chartFolder}/${chart.name}`);
  });
  const text = [
    ...introduction(results),
    ...aimSection(results.scenarios),
    ...sections.flat(),
    ...coreSection(results.core),
    ...engineSection(results),
  ].join("\n");
  return { text: `${text}\n`, charts };
}

function introduction({ machine, plan }) {
  const { cpu, cores, memory_gib: memory, system, node } = machine;
  return [
    "# Benchmarks",
    "",
    "Written by `npm run bench -- --report`, which repeats all of it: it builds the programs of",
    "the engine, installs the packages to compare with, generates models of real shapes with",
    "random weights, and measures. Each engine runs in processes of its own, on the same model",
    `file, in turns; rounds: ${plan.rounds}; medians, and the smallest and largest value in`,
    "parentheses. Ratios are ours over theirs, of one run; compare no numbers of two machines.",
    "",
    `${cpu}, ${cores} cores, ${memory} GiB, ${system}, Node ${node}. All engines compute on the`,
    `CPU, threads: ${plan.threads}, and sample alike: temperature 0.7, top_k 40, top_p 0.95,`,
    "min_p 0.05.",
    "",
  ];
}

function aimSection(scenarios) {
  const rows = verdicts(scenarios).map((aim) => [
    `${aim.scenario}, ${aim.model}`,
    aimWords(aim),
    formatValue(aim.value, aim.unit),
    aim.held ? "yes" : "**no**",
  ]);
  if (rows.length === 0) return [];
  return ["## Aims", "", ...table(["Scenario", "Aim", "Measured", "Held"], rows), ""];
}

function scenarioSection(scenario, chart) {
  const { title, model, note, metrics, engines, skipped } = scenario;
  const shown = Object.entries(metrics).filter(([name]) =>
    Object.values(engines).some((values) => values[name]),
  );
  const rows = shown.flatMap(([name, metric]) =>
    Object.entries(engines)
      .filter(([, values]) => values[name])
      .map(([engine, values]) => [
        metric.title,
        ENGINES[engine].title,
        spread(values[name], metric.unit),
        engine === "ours" ? "" : ratio(scenario, name, engine),
      ]),
  );
  const left = Object.entries(skipped).map(([engine, why]) => `${ENGINES[engine].title}: ${why}.`);
  return [
    `## ${title}, ${model}`,
    "",
    note,
    "",
    ...(chart ? [`![${title}, ${model}](${chart})`, ""] : []),
    ...table(["", "", "Median (least to most)", "Ours over it"], rows),
    "",
    ...(left.length > 0 ? [`Not measured: ${left.join(" ")}`, ""] : []),
  ];
}

function ratio({ engines, metrics }, metric, engine) {
  const ours = middle(engines.ours, metric);
  // A ratio of ratios tells nobody anything.
  if (ours === undefined || metrics[metric].unit === "x") return "";
  return formatValue(ours / middle(engines[engine], metric), "x");
}

function spread(values, unit) {
  const { median, least, most } = summary(values);
  return `${formatValue(median, unit)} (${formatNumber(least)} to ${formatNumber(most)})`;
}

/** Of the scenario's charted metric, if more than one engine has it. */
function chartOf({ name, title, model, metrics, engines }) {
  const charted = Object.entries(metrics).find(([, metric]) => metric.chart);
  if (!charted) return undefined;
  const [key, { title: what, unit, better }] = charted;
  const bars = Object.entries(engines)
    .filter(([, values]) => values[key])
    .map(([engine, values]) => ({
      label: ENGINES[engine].title,
      value: middle(values, key),
      ours: engine === "ours",
    }));
  if (bars.length < 2) return undefined;
  const svg = barChart({ title: `${title}: ${what}`, unit, better, bars });
  return { name: `${name}-${model}.svg`, svg };
}

function coreSection(core) {
  if (!core) return [];
  const rows = core.metrics.map(({ name, unit, values }) => [name, spread(values, unit)]);
  return [
    "## The core without JavaScript",
    "",
    `${core.model.description}, measured by native/bench in one process.`,
    "",
    ...table(["", "Median (least to most)"], rows),
    "",
  ];
}

function engineSection({ versions, scenarios }) {
  const measured = new Set(scenarios.flatMap(({ engines }) => Object.keys(engines)));
  const rows = Object.entries(ENGINES)
    .filter(([name]) => measured.has(name))
    .map(([name, { title, how }]) => [title, versions[name] ?? "", how]);
  return ["## Who was measured, and how", "", ...table(["", "Version", "How"], rows)];
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
