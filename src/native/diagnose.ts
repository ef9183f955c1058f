import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Says, for people, why the addon did not load and what to do about it. */
export function explainLoadFailure(packageRoot: string, cause: unknown): string {
  const target = `${process.platform}-${process.arch}`;
  const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
  return [
    `The native part of abstractllm cannot be loaded on ${target} with Node ${process.version}.`,
    `Reason: ${reason ?? ""}`,
    describePrebuilds(packageRoot, target),
    ...remedies(packageRoot, target, reason ?? "").map((remedy) => `- ${remedy}`),
  ].join("\n");
}

function describePrebuilds(packageRoot: string, target: string): string {
  const built = join(packageRoot, "build", "Release", "abstractllm.node");
  if (existsSync(built)) return `There is a binary built from source: ${built}`;
  const folder = join(packageRoot, "prebuilds", target);
  if (existsSync(folder)) {
    const addons = readdirSync(folder).filter((name) => name.endsWith(".node"));
    return `This package holds for ${target}: ${addons.join(", ")}`;
  }
  const others = join(packageRoot, "prebuilds");
  const present = existsSync(others) ? readdirSync(others).join(", ") : "";
  return `This package holds no binary for ${target}${present === "" ? "" : ` (it holds: ${present})`}.`;
}

function remedies(packageRoot: string, target: string, reason: string): string[] {
  const list: string[] = [];
  if (/GLIBC_|libc\.musl|ld-musl/.test(reason)) {
    list.push("The system's C library does not fit the binary: use a newer distribution.");
  }
  if (/addons is disabled/i.test(reason)) {
    list.push("Native addons are switched off: start Node without --no-addons.");
  }
  if (packageRoot.includes(".asar")) {
    list.push('Electron: unpack the package, with asarUnpack: ["**/node_modules/abstractllm/**"].');
  }
  if (!existsSync(join(packageRoot, "prebuilds", target))) {
    list.push(
      "If the package was copied from another system, run npm install here.",
      "In a clone of the repository, run: npm run compile",
    );
  } else {
    list.push("If the installation was interrupted, remove node_modules and install again.");
  }
  return list;
}
