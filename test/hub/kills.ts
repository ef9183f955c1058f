import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { spawnCli } from "../cli/spawn-cli.js";
import { FakeHub } from "../helpers/fake-hub/fake-hub.js";

const FILE = "name-Q8_0.gguf";
const SIZE = 24 * 1024 * 1024 + 4711;
/** Makes a download long enough to be killed in its middle. */
const SLOW = { kind: "slow", pieceBytes: 256 * 1024, pauseMs: 2 } as const;

export interface KillReport {
  readonly kills: number;
  /** Downloads that came to their end, each behind some kills. */
  readonly completed: number;
  /** Bytes that were sent, for each that was needed. */
  readonly sentPerByte: number;
}

/**
 * Downloads files with the built command line, which is killed (SIGKILL) at random moments and
 * started again, and looks after each kill that nothing wrong is in the cache. Fails when there is.
 */
export async function killDownloads(kills: number, random: () => number): Promise<KillReport> {
  const cache = await mkdtemp(join(tmpdir(), "abstractllm-kills-"));
  const fake = await FakeHub.start();
  fake.fault = ({ server }) => (server === "cdn" ? SLOW : undefined);
  try {
    let [killed, completed] = [0, 0];
    // How long one takes that nobody kills.
    let span = 0;
    while (killed < kills) {
      const repo = `owner/name${String(completed)}`;
      const content = randomBytes(SIZE);
      fake.add(repo, { [FILE]: content, "a.txt": "a" });
      for (let isDone = false; !isDone;) {
        const mayLive = completed === 0 || killed >= kills;
        const begun = performance.now();
        isDone = await pull(fake, cache, repo, mayLive ? undefined : random() * span * 1.2);
        if (completed === 0) span = performance.now() - begun;
        if (!isDone) killed++;
        await assertNothingWrong(
          join(cache, `models--${repo.replace("/", "--")}`),
          content,
          isDone,
        );
      }
      completed++;
    }
    const sent = fake.downloads.reduce((sum, { range }) => sum + lengthOf(range), 0);
    return { kills: killed, completed, sentPerByte: sent / (completed * SIZE) };
  } finally {
    await fake.stop();
    await rm(cache, { recursive: true, force: true });
  }
}

/** Whether it came to its end before it was killed. */
async function pull(
  fake: FakeHub,
  cache: string,
  repo: string,
  killAfterMs: number | undefined,
): Promise<boolean> {
  const env = { HF_ENDPOINT: fake.endpoint, HF_TOKEN: "", HF_HOME: cache, HF_HUB_OFFLINE: "" };
  const child = spawnCli(["pull", repo, "--cache-dir", cache], env);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdout.resume();
  const timer =
    killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  clearTimeout(timer);
  if (signal === "SIGKILL") return false;
  assert.equal(code, 0, stderr);
  return true;
}

/** What has a final name is complete and right, at any moment. */
async function assertNothingWrong(repo: string, content: Buffer, isDone: boolean): Promise<void> {
  for (const name of await readdir(join(repo, "blobs")).catch((): string[] => [])) {
    if (name.includes(".")) continue;
    const digest = createHash("sha256").update(await readFile(join(repo, "blobs", name)));
    assert.equal(digest.digest("hex"), name);
  }
  const commits = await readdir(join(repo, "snapshots")).catch((): string[] => []);
  for (const commit of commits) {
    for (const name of await readdir(join(repo, "snapshots", commit))) {
      assert.equal(name, FILE);
      assert.ok((await readFile(join(repo, "snapshots", commit, name))).equals(content));
    }
  }
  if (!isDone) return;
  assert.equal(commits.length, 1);
  assert.equal((await readdir(join(repo, "blobs"))).length, 1);
}

function lengthOf(range: string | undefined): number {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
  return first === undefined ? 0 : Number(last) - Number(first) + 1;
}
