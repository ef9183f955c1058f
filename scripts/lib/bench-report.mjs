import fs from "node:fs";
import path from "node:path";
import prettier from "prettier";
import { asMarkdown } from "../../bench/report/markdown.mjs";
import { inRoot } from "./paths.mjs";

/**
 * Writes docs/benchmarks.md and its charts in place of those of an earlier run; those of a
 * quick run, whose numbers mean little, into build-bench. Resolves to the file's path.
 */
export async function writeReport(results) {
  const folder = results.plan.quick ? "build-bench" : "docs";
  const file = inRoot(folder, "benchmarks.md");
  const charts = inRoot(folder, "benchmarks");
  const report = asMarkdown(results, { chartFolder: path.basename(charts) });
  const options = (await prettier.resolveConfig(file)) ?? {};
  const text = await prettier.format(report.text, { ...options, parser: "markdown" });
  fs.rmSync(charts, { recursive: true, force: true });
  fs.mkdirSync(charts, { recursive: true });
  for (const { name, svg } of report.charts) fs.writeFileSync(path.join(charts, name), svg);
  fs.writeFileSync(file, text);
  return path.relative(inRoot(), file);
}
