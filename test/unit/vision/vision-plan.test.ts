import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { readCheckpointFolder } from "../../../src/checkpoint/read-folder.js";
import { planVision } from "../../../src/checkpoint/vision/plan.js";
import { planJson } from "../../helpers/plan-json.js";
import { readHeaders } from "../../helpers/safetensors.js";
import { VISION_CHECKPOINTS } from "../../helpers/vision-checkpoints.js";

// After a change that is meant, ABSTRACTLLM_WRITE_PLANS=1 writes them anew: read the diff.
// native/test/vision_encoder_test.cc carries them out and compares with transformers.
const isWriting = process.env["ABSTRACTLLM_WRITE_PLANS"] === "1";

describe("the plan for what sees in", () => {
  for (const { name, path } of VISION_CHECKPOINTS) {
    it(name, async () => {
      const folder = await readCheckpointFolder(path);
      const plan = await planVision(folder, readHeaders(folder.files), { dtype: "float32" });
      assert.ok(plan !== undefined);
      const text = planJson(plan);
      const file = `${path}/plan.json`;
      if (isWriting) writeFileSync(file, text);
      assert.ok(existsSync(file), "There is no golden plan");
      assert.equal(text, readFileSync(file, "utf8"));
    });
  }
});
