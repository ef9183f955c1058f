import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { FAMILIES } from "../../../src/checkpoint/families/index.js";
import { CHECKPOINTS } from "../../helpers/checkpoints.js";
import { VISION_CHECKPOINTS } from "../../helpers/vision-checkpoints.js";

const DOCUMENT = new URL("../../../docs/checkpoints.md", import.meta.url);

describe("the list of families", () => {
  it("is documented, class by class", () => {
    const text = readFileSync(DOCUMENT, "utf8");
    for (const { architecture, classes } of FAMILIES) {
      const isNamed = classes.some((name) => text.includes(`\`${name}\``));
      assert.ok(isNamed, `docs/checkpoints.md does not name ${architecture}`);
    }
  });

  it("has a checkpoint that compares each with transformers", () => {
    const tested = new Set(
      [...CHECKPOINTS, ...VISION_CHECKPOINTS].map(({ path }) => {
        const config: unknown = JSON.parse(readFileSync(`${path}/config.json`, "utf8"));
        return (config as { architectures: string[] }).architectures[0];
      }),
    );
    for (const { architecture, classes } of FAMILIES) {
      if (architecture === "t5encoder") continue;
      assert.ok(
        classes.some((name) => tested.has(name)),
        `there is no fixture of ${architecture}`,
      );
    }
  });

  it("names each class once", () => {
    const classes = FAMILIES.flatMap((family) => family.classes);
    const types = FAMILIES.flatMap((family) => family.modelTypes);
    assert.equal(new Set(classes).size, classes.length);
    assert.equal(new Set(types).size, types.length);
  });
});
