import assert from "node:assert/strict";
import { CATALOGUE, CATALOGUE_DATE } from "../../src/recommendations/catalogue/index.js";
import { RECOMMENDATION_TASKS } from "../../src/recommendations/types.js";

describe("the catalogue of recommended models", () => {
  it("has at least 60 models, each once, and several for every task", () => {
    const names = CATALOGUE.map(({ model }) => model);
    assert.ok(names.length >= 60);
    assert.equal(new Set(names).size, names.length);
    for (const task of RECOMMENDATION_TASKS) {
      assert.ok(CATALOGUE.filter(({ tasks }) => tasks.includes(task)).length >= 3, task);
    }
    assert.match(CATALOGUE_DATE, /^\d{4}-\d{2}$/);
  });

  it("says everything of each, in words that stand alone", () => {
    for (const entry of CATALOGUE) {
      const { model, description, parameters, active = 0, context, license } = entry;
      assert.match(model, /^[\w.-]+\/[\w.-]+$/);
      assert.match(description, /^[A-Z].*[.]$/, model);
      assert.doesNotMatch(description, /^The same/, model);
      assert.ok(parameters > 0 && parameters < 1000, model);
      assert.ok(active < parameters, model);
      assert.ok(Number.isInteger(context) && context > 0, model);
      assert.ok(license.length > 1 && entry.languages.length > 0, model);
      assert.ok(entry.tasks.length > 0 && entry.formats.length > 0, model);
    }
  });

  it("calls devices small that models of up to four billion parameters are for", () => {
    for (const { model, tasks, parameters } of CATALOGUE) {
      if (tasks.includes("small-devices")) assert.ok(parameters <= 4, model);
    }
  });
});
