import { planCheckpoint } from "../../../src/checkpoint/plan.js";
import {
  readCheckpointFolder,
  type CheckpointFolder,
} from "../../../src/checkpoint/read-folder.js";
import type { WeightOptions } from "../../../src/checkpoint/weight-types.js";
import type {
  NativeCheckpointPlan,
  NativeSourceTensor,
} from "../../../src/native/checkpoint-plan.js";
import { checkpointPath } from "../../helpers/checkpoints.js";
import { readHeaders } from "../../helpers/safetensors.js";

type Values = Readonly<Record<string, unknown>>;

/** One of the tiny checkpoints, to be planned with other settings than its own. */
export interface Fixture {
  readonly folder: CheckpointFolder;
  readonly tensors: readonly NativeSourceTensor[];
}

export async function readFixture(name: string): Promise<Fixture> {
  const folder = await readCheckpointFolder(checkpointPath(name));
  return { folder, tensors: readHeaders(folder.files) };
}

/** Settings that are undefined are left out of config.json. */
export function withConfig({ folder, tensors }: Fixture, changes: Values): Fixture {
  const config = Object.fromEntries(
    Object.entries({ ...folder.config, ...changes }).filter(([, value]) => value !== undefined),
  );
  return { folder: { ...folder, config }, tensors };
}

export function planOf(
  { folder, tensors }: Fixture,
  options: Partial<WeightOptions> = {},
): NativeCheckpointPlan {
  const steps = planCheckpoint(folder, tensors, {
    ...{ dtype: "auto", quantization: "none" },
    ...options,
  });
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** What the engine is told under a key, without the architecture before it. */
export function metadataOf(plan: NativeCheckpointPlan, name: string): unknown {
  return plan.metadata.find(({ key }) => key.replace(/^[^.]+[.]/, "") === name)?.value;
}
