import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { planCheckpoint } from "../../../src/checkpoint/plan.js";
import { readCheckpointFolder } from "../../../src/checkpoint/read-folder.js";
import { CHECKPOINTS } from "../../helpers/checkpoints.js";
import { readHeaders } from "../../helpers/safetensors.js";
import { planText } from "./plan-text.js";

const AS_IT_IS = { dtype: "auto", quantization: "none" } as const;

// After a change that is meant, ABSTRACTLLM_WRITE_PLANS=1 writes them anew: read the diff.
const isWriting = process.env["ABSTRACTLLM_WRITE_PLANS"] === "1";

describe("the plan for", () => {
  for (const { name, path } of CHECKPOINTS) {
    const file = new URL(`plans/${name}.txt`, import.meta.url);
    it(name, async () => {
      const folder = await readCheckpointFolder(path);
      const text = planText(planCheckpoint(folder, readHeaders(folder.files), AS_IT_IS));
      if (isWriting) writeFileSync(file, text);
      assert.ok(existsSync(file), "There is no golden plan");
      assert.equal(text, readFileSync(file, "utf8"));
    });
  }
});
