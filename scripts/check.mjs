// npm run check: everything that can be said about the sources without running them.
// Installs nothing and changes nothing; prints one line per step.
import fs from "node:fs";
import { capture, captureOrFail, which } from "./lib/command.mjs";
import { main } from "./lib/main.mjs";
import { inRoot } from "./lib/paths.mjs";

const CLANG_FORMATS = ["clang-format-16", "clang-format", "clang-format-14"];
const CPP_FOLDERS = ["native/core", "native/binding", "native/test", "native/bench"];

// Spelt so that this file does not contain what it looks for.
const UNWANTED = [
  {
    what: "a note of work to do without the number of an issue",
    pattern: /\bTOD[O]\b(?!\s*\(?#\d)/,
  },
  { what: "a test that excludes the others", pattern: /\b(?:describe|it|suite|test)[.]only[(]/ },
  { what: "a path of one machine", pattern: /(?<![\w.*-])[/](?:work|root)[/]/ },
];

await main(() => {
  const steps = [
    ["types of src", () => node("typescript/bin/tsc", "--noEmit", "-p", ".")],
    ["types of test", () => node("typescript/bin/tsc", "-p", "test")],
    ["lint", () => node("eslint/bin/eslint.js", ".", "--max-warnings", "0")],
    ["format", () => node("prettier/bin/prettier.cjs", "--check", "--log-level", "warn", ".")],
    ["import directions", checkImports],
    ["format of C++", checkCpp],
    ["unwanted text", checkText],
  ];
  for (const [name, check] of steps) report(name, check());
});

function report(name, { skipped, problems }) {
  const verdict = skipped ?? (problems === "" ? "ok" : "failed");
  console.log(`${name.padEnd(20, ".")} ${verdict}`);
  if (problems === "") return;
  console.log(problems.replaceAll(/^/gm, "  "));
  process.exitCode = 1;
}

/** Runs a development tool by its script: Windows has no executables in .bin. */
function node(script, ...args) {
  const file = inRoot("node_modules", ...script.split("/"));
  if (!fs.existsSync(file)) return failed(`node_modules/${script} is missing: run npm install`);
  return outcome(capture(process.execPath, [file, ...args]));
}

function checkImports() {
  const script = "dependency-cruiser/bin/dependency-cruise.mjs";
  return node(script, "--config", ".dependency-cruiser.cjs", "src", "test");
}

function checkCpp() {
  const tool = CLANG_FORMATS.find((name) => which(name));
  if (tool === undefined)
    return { skipped: "skipped: clang-format is not installed", problems: "" };
  const files = listFiles(...CPP_FOLDERS).filter((file) => /\.(?:h|cc|cpp)$/.test(file));
  if (files.length === 0) return outcome({ status: 0 });
  const { status, stderr } = capture(tool, ["--dry-run", "-Werror", ...files]);
  // It reports every line; the names of the files say what to do.
  const unformatted = new Set(
    [...stderr.matchAll(/^(native[^:]+):\d+:/gm)].map(([, file]) => file),
  );
  if (unformatted.size === 0) return outcome({ status, stderr });
  return failed([...unformatted].map((file) => `${tool} -i ${file}`).join("\n"));
}

function checkText() {
  const problems = [];
  for (const file of listFiles()) {
    const text = fs.readFileSync(inRoot(file), "utf8");
    // Binary files and what npm writes are not ours to word.
    if (text.includes("\0") || file === "package-lock.json") continue;
    for (const [index, line] of text.split("\n").entries()) {
      for (const { what, pattern } of UNWANTED) {
        if (pattern.test(line)) problems.push(`${file}:${index + 1}: ${what}`);
      }
    }
  }
  return failed(problems.join("\n"));
}

/** The files that git tracks or would track, without those that are only deleted so far. */
function listFiles(...folders) {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...folders];
  const files = new Set(captureOrFail("git", args).split("\0"));
  return [...files].filter((file) => file !== "" && fs.existsSync(inRoot(file))).sort();
}

function outcome({ status, stdout = "", stderr = "" }) {
  if (status === 0) return failed("");
  return failed(`${stdout}\n${stderr}`.trim() || `It ended with status ${status}.`);
}

function failed(problems) {
  return { problems };
}
