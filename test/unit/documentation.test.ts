import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { ModelParameter } from "../../src/enums.js";
import * as errors from "../../src/errors.js";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

describe("README", () => {
  it("lists the error codes with their classes, in the order of ERROR_CODES", () => {
    const rows = [...readme.matchAll(/^\| `([A-Z_]+)`\s*\| `(\w+)`/gm)];
    assert.deepEqual(
      rows.map(([, code]) => code),
      [...errors.ERROR_CODES],
    );
    for (const [, code, name] of rows) {
      const errorClass = errors[name as keyof typeof errors] as { readonly code?: string };
      assert.equal(errorClass.code, code);
    }
  });

  it("names only options that exist", () => {
    const known = new Set<string>([...Object.values(ModelParameter), "signal", "onProgress"]);
    const section = readme.slice(readme.indexOf("| Option"), readme.indexOf("All of them but"));
    const named = [...section.matchAll(/^\| ((?:`\w+`(?:, )?)+)/gm)].flatMap(([, cell]) =>
      [...(cell ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ""),
    );
    assert.ok(named.length > 20);
    for (const name of named) assert.ok(known.has(name), name);
  });
});
