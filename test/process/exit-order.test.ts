import assert from "node:assert/strict";
import { CHILD_TIMEOUT_MS, PACKAGE_MAIN, runChild } from "../helpers/child.js";

const child = (name: string): URL => new URL(`./children/${name}.mjs`, import.meta.url);
const CODES = { natural: 0, exit: 0, throw: 1 };

for (const [title, script] of [
  ["a process whose workers generate", child("exit-over-workers")],
  ["a process whose exit handlers use the package", child("exit-handlers")],
] as const) {
  describe(title, function () {
    this.timeout(CHILD_TIMEOUT_MS);

    for (const [ending, code] of Object.entries(CODES)) {
      it(`ends (${ending})`, async () => {
        const outcome = await runChild(script, [PACKAGE_MAIN, ending]);
        assert.deepEqual(
          [outcome.hung, outcome.signal, outcome.code, outcome.stdout],
          [false, null, code, ""],
          outcome.stderr,
        );
        if (ending === "throw") assert.match(outcome.stderr, /Error: thrown on purpose/);
        else assert.equal(outcome.stderr, "");
      });
    }
  });
}
