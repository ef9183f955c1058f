import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../lib/cli/main.js", import.meta.url));

export type CliProcess = ChildProcessByStdio<Writable, Readable, Readable>;
type FinishingProcess = ChildProcessByStdio<Writable | null, Readable, Readable>;

export interface CliOutcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the built command line, as a shell would, without a terminal. */
export function spawnCli(args: readonly string[], env: NodeJS.ProcessEnv = {}): CliProcess {
  return spawn(process.execPath, [MAIN, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, DEBUG: "", ...env },
  });
}

/** Waits for the end of a process. */
export async function outcomeOf(child: FinishingProcess): Promise<CliOutcome> {
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { code, signal, stdout, stderr };
}

/** Runs the command line to its end. */
export async function runMain(args: readonly string[], input = ""): Promise<CliOutcome> {
  const child = spawnCli(args);
  // It may end without reading what it is given.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return await outcomeOf(child);
}

/** Runs the command line to its end, with a file as its stdin, or with nothing. */
export async function runMainFrom(args: readonly string[], file: string): Promise<CliOutcome> {
  const input = openSync(file === "" ? devNull : file, "r");
  try {
    const child = spawn(process.execPath, [MAIN, ...args], {
      stdio: [input, "pipe", "pipe"],
      env: { ...process.env, DEBUG: "" },
    });
    return await outcomeOf(child as FinishingProcess);
  } finally {
    closeSync(input);
  }
}

/** A process that generates until its context is full, which takes a while. */
export function spawnEndless(args: readonly string[] = []): CliProcess {
  const endless = ["--grammar", 'root ::= "a" root', "--context-window", "8192"];
  const child = spawnCli([
    "run",
    "Go.",
    "--threads",
    "1",
    "--max-tokens",
    "8000",
    ...endless,
    ...args,
  ]);
  child.stdin.end();
  return child;
}
