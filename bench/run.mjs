import { ENGINES } from "./engines/index.mjs";
import { measure, run } from "./lib/child.mjs";
import { machine } from "./lib/machine.mjs";
import { SCENARIOS } from "./scenarios/index.mjs";

/**
 * Measures everything, one child process per engine and round, alternating: a machine
 * that slows down slows all of them down. Resolves to plain data, which the reports read.
 *
 * - plan: { rounds, sizes, threads, scenarios, engines } (the last two: names, or undefined)
 * - tools: { coreBench, loadCheckpoint, llamaBench, llamaServer, llamaEmbedding }, paths
 * - models: path by name; "onnx" is the folder for transformers.js; those whose name ends in
 *   "-checkpoint" are { folder, shape }, with model.safetensors and the same as model.gguf
 * - versions: by engine
 * - onStep(words): called before each measurement
 * - onResults(results): called with what there is so far, after each scenario
 */
export async function runAll({ plan, tools, models, versions, onStep, onResults }) {
  const results = { machine: machine(), versions, plan, scenarios: [], core: undefined };
  for (const scenario of SCENARIOS) {
    if (plan.scenarios && !plan.scenarios.includes(scenario.name)) continue;
    for (const model of scenario.models) {
      // A quick run has one model in place of many.
      if (model !== scenario.models[0] && models[model] === models[scenario.models[0]]) continue;
      results.scenarios.push(await runScenario(scenario, model));
      onResults(results);
    }
  }
  if (!plan.scenarios || plan.scenarios.includes("core")) results.core = await runCore();
  onResults(results);
  return results;

  async function runScenario(scenario, model) {
    const { name, title, metrics, aims } = scenario;
    const label = plan.quick ? "small" : model;
    const engines = {};
    const skipped = {};
    for (let round = 1; round <= plan.rounds; round += 1) {
      for (const engine of scenario.engines) {
        if (plan.engines && !plan.engines.includes(engine)) continue;
        if (scenario.only?.[engine]?.includes(model) === false) continue;
        if (engine in skipped) continue;
        onStep(`${title}, ${label}: ${ENGINES[engine].title}, ${round} of ${plan.rounds}`);
        const outcome = await attempt(() => runOnce(scenario, engine, models[model]));
        if (outcome.skipped === undefined) add((engines[engine] ??= {}), outcome.values);
        else skipped[engine] = outcome.skipped;
      }
    }
    return {
      name,
      title,
      model: label,
      note: scenario.note(plan.sizes),
      metrics,
      aims,
      engines,
      skipped,
    };
  }

  async function runOnce(scenario, engine, model) {
    const { sizes, threads } = plan;
    if (!scenario.scripts) {
      const { name } = scenario;
      const { onnx } = models;
      const input = { scenario: name, engine, model, onnx, tools, threads, sizes };
      return await measure("measure.mjs", input);
    }
    const outputs = {};
    for (const [name, script] of Object.entries(scenario.scripts)) {
      outputs[name] = await measure(script, { model, tools, sizes });
    }
    return { values: scenario.fromScripts(outputs) };
  }

  async function runCore() {
    onStep("The core without JavaScript");
    const args = ["--model", models["qwen2-0.5b-q4_0"], "--json", "--rounds", String(plan.rounds)];
    const quick = plan.quick ? ["--quick"] : [];
    const output = await run(tools.coreBench, [
      ...args,
      "--threads",
      String(plan.threads),
      ...quick,
    ]);
    return JSON.parse(output);
  }
}

/** An engine that fails is left out, with its words: the others' numbers took long to get. */
async function attempt(body) {
  try {
    return await body();
  } catch (error) {
    return { skipped: `it failed: ${lastLine(error)}` };
  }
}

function lastLine(error) {
  const lines = String(error?.message ?? error).split("\n");
  const words = lines.filter((line) => line.trim() !== "" && !/^\s+at |^Node[.]js v/.test(line));
  return words.find((line) => /Error\b.*:/.test(line))?.trim() ?? words.at(-1) ?? "";
}

function add(lists, values) {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isFinite(value)) (lists[name] ??= []).push(value);
  }
}
