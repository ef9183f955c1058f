import assert from "node:assert/strict";
import { parseArguments } from "../../src/cli/arguments.js";
import { runCommand } from "../../src/cli/command-run.js";
import { promptSource, readPrompt } from "../../src/cli/prompt-source.js";
import { UsageError } from "../../src/cli/usage-error.js";
import { FakeHost } from "./fake-host.js";

const FLAGS = runCommand.groups.flatMap(({ flags }) => flags);

async function promptOf(args: string[], host: FakeHost, input?: string): Promise<string> {
  if (input !== undefined) host.stdin.end(input);
  const source = promptSource(parseArguments(args, FLAGS), host);
  return await readPrompt(source, host, new AbortController().signal);
}

const piped = (): FakeHost => new FakeHost({ piped: true });

describe("the prompt of a command line", () => {
  it("is followed by the text that is piped in", async () => {
    assert.equal(await promptOf(["Summarise:"], piped(), "a\nb\n"), "Summarise:\n\na\nb");
    assert.equal(await promptOf(["Summarise:"], piped(), ""), "Summarise:");
    assert.equal(await promptOf([""], piped(), "a"), "a");
  });

  it("alone does not wait for streams of which nobody knows whether they end", async () => {
    const host = new FakeHost();
    assert.equal(await promptOf(["Hello"], host), "Hello");
    assert.ok(!host.stdin.readableDidRead);
  });

  it("is followed by such a stream when it is asked for", async () => {
    assert.equal(await promptOf(["Summarise:", "-"], new FakeHost(), "a"), "Summarise:\n\na");
  });

  it("is what stdin gives when none was typed", async () => {
    assert.equal(await promptOf([], new FakeHost(), "a"), "a");
    assert.equal(await promptOf(["-"], piped(), "a"), "a");
  });

  it("may begin with a dash, behind --", async () => {
    assert.equal(await promptOf(["--", "-5 + 3?"], new FakeHost()), "-5 + 3?");
    assert.equal(await promptOf(["--", "--help"], new FakeHost()), "--help");
  });

  it("is one", () => {
    const parse = (...args: string[]) => promptSource(parseArguments(args, FLAGS), new FakeHost());
    assert.throws(() => parse("a", "b"), UsageError);
    assert.throws(() => parse("a", "b", "-"), /There is one prompt, and 2 were given/);
    assert.throws(() => parse("-", "b"), UsageError);
  });
});
