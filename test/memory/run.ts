// node --import tsx test/memory/run.ts [cycles]: the full form of memory.test.ts, which
// tells what it measured. It ends with status 1 if something leaks.
import { assertNoLeak, growthKib, KINDS, runCycles } from "./leaks.js";

const cycles = Number(process.argv[2] ?? 300);

for (const kind of KINDS) {
  const report = await runCycles(kind, cycles);
  const perCycle = ((growthKib(report) * 1024) / (cycles / 2)).toFixed(0);
  const { threads, files } = report.end;
  console.log(
    `${kind.padEnd(6)} ${String(cycles)} cycles: ${String(growthKib(report))} KiB more late than ` +
      `midway (${perCycle} bytes per cycle), ${String(threads)} threads, ${String(files)} files`,
  );
  try {
    assertNoLeak(report);
  } catch (error) {
    console.log(`       ${String(error)}`);
    process.exitCode = 1;
  }
}
