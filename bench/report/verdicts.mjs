import { median } from "../lib/statistics.mjs";

/**
 * @typedef {object} Verdict
 * @property {string} scenario its title
 * @property {string} model
 * @property {string} metric
 * @property {string} title the metric's
 * @property {string} [peer]
 * @property {number} value ours, or ours over the peer's
 * @property {number} limit
 * @property {boolean} atMost whether the limit is an upper one
 * @property {boolean} held
 * @property {string} unit of value and limit
 */

/**
 * What each aim of the scenarios came to, where it was measured.
 * @returns {Verdict[]}
 */
export function verdicts(scenarios) {
  return scenarios.flatMap((scenario) =>
    scenario.aims.flatMap((aim) => {
      const value = measured(scenario, aim);
      return value === undefined ? [] : [verdict(scenario, aim, value)];
    }),
  );
}

function measured({ engines }, { metric, peer }) {
  const ours = middle(engines.ours, metric);
  if (peer === undefined || ours === undefined) return ours;
  const theirs = middle(engines[peer], metric);
  return theirs === undefined ? undefined : ours / theirs;
}

function verdict({ title: scenario, model, metrics }, { metric, peer, ...limits }, value) {
  const atMost = limits.atMost !== undefined;
  const limit = atMost ? limits.atMost : limits.atLeast;
  const held = atMost ? value <= limit : value >= limit;
  const { title } = metrics[metric];
  const unit = peer === undefined ? metrics[metric].unit : "x";
  return { scenario, model, metric, title, peer, value, limit, atMost, held, unit };
}

/** The median of an engine's metric, or undefined if it has none. */
export function middle(metrics, name) {
  const values = metrics?.[name];
  return values === undefined || values.length === 0 ? undefined : median(values);
}
