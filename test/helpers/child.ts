import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a child process ended, and what it had to say. */
export interface ChildOutcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** It had to be killed, because it did not end by itself. */
  readonly hung: boolean;
}

export interface ChildOptions {
  /** Options of Node itself, such as --expose-gc. */
  readonly execArgv?: readonly string[];
  /** Told of the child's output as it comes. */
  readonly onStdout?: (child: ChildProcess, stdout: string) => void;
  readonly hangGuardMs?: number;
}

/** Where children find the built package: they run what users run. */
export const PACKAGE_MAIN = new URL("../../lib/index.js", import.meta.url).href;

// Long enough for any machine at any load: a guard, not a measurement.
const HANG_GUARD_MS = 120_000;

/** What a test that starts children may take, in a mocha timeout. */
export const CHILD_TIMEOUT_MS = HANG_GUARD_MS + 30_000;

/** Runs a script in a process of its own, to its end. */
export async function runChild(
  script: URL,
  args: readonly string[] = [],
  { execArgv = [], onStdout, hangGuardMs = HANG_GUARD_MS }: ChildOptions = {},
): Promise<ChildOutcome> {
  const command = [...execArgv, fileURLToPath(script), ...args];
  // Not the options of this process: the children need no TypeScript.
  const env = { ...process.env, NODE_OPTIONS: "" };
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "pipe"], env });
  let [stdout, stderr, hung] = ["", "", false];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    onStdout?.(child, stdout);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const guard = setTimeout(() => {
    hung = true;
    child.kill("SIGKILL");
  }, hangGuardMs);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        resolve({ code, signal, stdout, stderr, hung });
      });
    });
  } finally {
    clearTimeout(guard);
  }
}
