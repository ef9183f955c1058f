import fs from "node:fs";
import Mocha from "mocha";

/** The "spec" reporter, which also leaves the counts where scripts/test.mjs reads them. */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { tests, passes, failures, pending } = this.stats;
      const counts = { tests, passed: passes, failed: failures, pending };
      fs.writeFileSync(process.env.ABSTRACTLLM_MOCHA_COUNTS, JSON.stringify(counts));
    });
  }
}
