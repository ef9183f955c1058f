import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { CHECKPOINTS } from "../../helpers/checkpoints.js";
import { planOf, readFixture } from "./fixture.js";
import { planText } from "./plan-text.js";

// After a change that is meant, ABSTRACTLLM_WRITE_PLANS=1 writes them anew: read the diff.
const isWriting = process.env["ABSTRACTLLM_WRITE_PLANS"] === "1";

describe("the plan for", () => {
  for (const { name } of CHECKPOINTS) {
    const file = new URL(`plans/${name}.txt`, import.meta.url);
    it(name, async () => {
      const text = planText(planOf(await readFixture(name)));
      if (isWriting) writeFileSync(file, text);
      assert.ok(existsSync(file), "There is no golden plan");
      assert.equal(text, readFileSync(file, "utf8"));
    });
  }
});
