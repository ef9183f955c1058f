/** The closing line of every test script, from real counts; sets the exit code. */
export function reportCounts(results) {
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

/** Collects the outcome of named checks that are plain functions. */
export class Checks {
  passed = 0;
  failed = 0;

  async run(name, check) {
    try {
      const note = await check();
      this.passed += 1;
      console.log(`ok - ${name}${note ? ` (${note})` : ""}`);
    } catch (error) {
      this.failed += 1;
      console.log(
        `not ok - ${name}\n    ${String(error?.message ?? error).replaceAll("\n", "\n    ")}`,
      );
    }
  }

  skip(name, why) {
    console.log(`skipped - ${name}: ${why}`);
  }
}
