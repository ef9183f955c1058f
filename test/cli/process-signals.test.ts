import assert from "node:assert/strict";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { outcomeOf, spawnCli, spawnEndless, type CliProcess } from "./spawn-cli.js";

/** Waits for the first text of an answer, and puts it back. */
async function firstText(child: CliProcess): Promise<void> {
  await once(child.stdout, "readable");
}

describe("abstractllm run, interrupted", () => {
  // Windows has no signals: there, a console event of another console ends the process.
  if (process.platform === "win32") return;

  it("stops at SIGINT, and what there is of the text stays", async () => {
    const child = spawnEndless();
    await firstText(child);
    child.kill("SIGINT");
    const { code, signal, stdout, stderr } = await outcomeOf(child);
    assert.match(stdout, /^a+\n$/);
    assert.ok(stdout.length < 8000);
    assert.equal(stderr, "");
    assert.deepEqual([code, signal], [130, null]);
  });

  it("ends however often it is interrupted", async () => {
    const child = spawnEndless();
    await firstText(child);
    const again = setInterval(() => child.kill("SIGINT"), 1);
    const { code, signal } = await outcomeOf(child);
    clearInterval(again);
    // Before Node runs the program's first line, and after its last, a signal ends it.
    assert.ok(code === 130 || signal === "SIGINT", `${String(code)} ${String(signal)}`);
  });

  it("prints what there is of the text as JSON with --json", async () => {
    const child = spawnEndless(["--json", "--verbose"]);
    // No text tells that it generates, but the log tells that it loads.
    await once(child.stderr, "readable");
    child.kill("SIGINT");
    const { code, stdout } = await outcomeOf(child);
    const { error } = JSON.parse(stdout) as { error: { name: string } };
    assert.equal(error.name, "AbortError");
    assert.equal(code, 130);
  });
});

describe("abstractllm, whose reader goes away", () => {
  it("ends quietly in the middle of an answer", async () => {
    const child = spawnEndless();
    await firstText(child);
    child.stdout.destroy();
    const [stderr, [code]] = await Promise.all([
      text(child.stderr),
      once(child, "close") as Promise<[number | null]>,
    ]);
    assert.equal(stderr, "");
    assert.equal(code, 0);
  });

  it("ends quietly before it has written anything", async () => {
    for (const command of [["inspect"], ["devices", "--json"], ["--help"]]) {
      const child = spawnCli(command);
      child.stdout.destroy();
      const [stderr, [code]] = await Promise.all([
        text(child.stderr),
        once(child, "close") as Promise<[number | null]>,
      ]);
      assert.equal(stderr, "");
      assert.equal(code, 0);
    }
  });
});
