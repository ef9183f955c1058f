import { ENGINES } from "../engines/index.mjs";
import { summary } from "../lib/statistics.mjs";
import { formatNumber, formatValue } from "./format.mjs";
import { verdicts } from "./verdicts.mjs";

/** The results for a terminal. */
export function asText({ machine, plan, scenarios, core }) {
  const { cpu, cores, system, node } = machine;
  const lines = [`${cpu}, ${cores} cores, ${system}, Node ${node}; ${plan.threads} threads`];
  for (const scenario of scenarios) lines.push("", ...scenarioLines(scenario));
  if (core) {
    lines.push("", `The core without JavaScript (${core.model.description})`);
    lines.push(
      ...columns(core.metrics.map(({ name, unit, values }) => [name, spread(values, unit)])),
    );
  }
  const aims = verdicts(scenarios);
  if (aims.length > 0) lines.push("", "Aims", ...columns(aims.map(aimRow)));
  return lines.join("\n");
}

function scenarioLines({ title, model, metrics, engines, skipped }) {
  const rows = Object.entries(metrics).flatMap(([name, metric]) =>
    Object.entries(engines)
      .filter(([, values]) => values[name])
      .map(([engine, values]) => [
        metric.title,
        ENGINES[engine].title,
        spread(values[name], metric.unit),
      ]),
  );
  const without = Object.entries(skipped).map(
    ([engine, why]) => `  ${ENGINES[engine].title}: ${why}`,
  );
  return [`${title} (${model})`, ...columns(rows), ...without];
}

function spread(values, unit) {
  const { median, least, most } = summary(values);
  return `${formatValue(median, unit)} (${formatNumber(least)} to ${formatNumber(most)})`;
}

/** What was aimed at, in words: "prefill, of llama-bench: at least 0.98x". */
export function aimWords({ title, peer, limit, atMost, unit }) {
  const what = peer === undefined ? title : `${title}, of ${ENGINES[peer].title}`;
  return `${what}: at ${atMost ? "most" : "least"} ${formatValue(limit, unit)}`;
}

function aimRow(aim) {
  return [
    `${aim.scenario} (${aim.model}), ${aimWords(aim)}`,
    formatValue(aim.value, aim.unit),
    aim.held ? "held" : "missed",
  ];
}

/** Rows as lines whose columns are aligned. */
function columns(rows) {
  const widths = rows.reduce(
    (all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    `  ${row.map((cell, i) => cell.padEnd(widths[i])).join("  ")}`.trimEnd(),
  );
}
