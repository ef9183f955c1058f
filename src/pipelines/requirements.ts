import type { Evidence } from "../capabilities/evidence.js";
import { scoreCapabilities } from "../capabilities/score.js";
import type { Capabilities } from "../capabilities/types.js";
import { UnsupportedFeatureError } from "../errors.js";
import { TASKS, type TaskName } from "./tasks/index.js";

/**
 * That a model can serve a task, by what is known of it: before it is loaded.
 *
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE, with the tasks that it can serve
 */
export function assertServes(task: TaskName, evidence: Evidence): void {
  const capabilities = scoreCapabilities(evidence, true);
  // Of what nothing is known, the model itself is asked.
  if (evidence.head === undefined || serves(task, capabilities)) return;
  const others = (Object.keys(TASKS) as TaskName[]).filter((name) => serves(name, capabilities));
  const reasons = TASKS[task].needs.flatMap((name) => capabilities[name]?.evidence ?? []);
  const can = others.length === 0 ? "It serves no pipeline." : `It serves ${others.join(", ")}.`;
  throw new UnsupportedFeatureError(
    `The model ${evidence.name} does not serve the pipeline "${task}" (${[...new Set(reasons)].join("; ")}). ${can}`,
    { details: { feature: task, parameter: "task", value: task, remedies: others } },
  );
}

function serves(task: TaskName, capabilities: Capabilities): boolean {
  return TASKS[task].needs.some((name) => {
    const capability = capabilities[name];
    return capability?.verdict === "yes" && capability.served;
  });
}
