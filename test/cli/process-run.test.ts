import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { GenerateResult } from "../../src/index.js";
import { runMain, runMainFrom } from "./spawn-cli.js";

const QUESTION = "What is the capital of France?";
const ANSWER = "The capital of France is Paris.";
const GREEDY = ["--temperature", "0", "--threads", "1"];

interface Report {
  readonly text?: string;
  readonly finish_reason?: string;
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
  readonly timings?: { readonly decode_ms: number };
  readonly error?: { readonly code: string; readonly details: Readonly<Record<string, unknown>> };
}

function parse(stdout: string): Report {
  assert.ok(stdout.endsWith("\n") && stdout.indexOf("\n") === stdout.length - 1, "one line");
  return JSON.parse(stdout) as Report;
}

describe("abstractllm run", () => {
  it("answers, and prints nothing else", async () => {
    const { code, stdout, stderr } = await runMain(["run", QUESTION, ...GREEDY]);
    assert.equal(stdout, `${ANSWER}\n`);
    assert.equal(stderr, "");
    assert.equal(code, 0);
  });

  it("reads the prompt that is piped in", async () => {
    for (const dash of [[], ["-"]]) {
      const { code, stdout } = await runMain(["run", ...dash, ...GREEDY], `${QUESTION}\n`);
      assert.equal(stdout, `${ANSWER}\n`);
      assert.equal(code, 0);
    }
  });

  it("reads a file that the shell opens, behind the prompt", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "abstractllm-cli-"));
    try {
      const file = path.join(folder, "question.txt");
      fs.writeFileSync(file, "a b c d e f g h\n");
      const [alone, both] = await Promise.all(
        ["", file].map((input) => runMainFrom(["run", "Hi", "--json", ...GREEDY], input)),
      );
      const tokens = (outcome = alone): number =>
        parse(outcome?.stdout ?? "").usage?.prompt_tokens ?? 0;
      assert.ok(tokens(both) > tokens(alone));
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("prints one JSON object with --json", async () => {
    const { code, stdout } = await runMain(["run", QUESTION, "--json", ...GREEDY]);
    const { text, finish_reason, usage, timings } = parse(stdout);
    assert.equal(text, ANSWER);
    assert.equal(finish_reason, "stop");
    assert.equal(usage?.completion_tokens, 8);
    assert.equal(typeof timings?.decode_ms, "number");
    assert.equal(code, 0);
  });

  it("hands the options on", async () => {
    const options = ["--max-tokens", "3", "--stats", "--system", "Be kind.", "--seed", "9"];
    const { stdout, stderr } = await runMain(["run", QUESTION, ...options, ...GREEDY]);
    assert.ok(ANSWER.startsWith(stdout.trimEnd()));
    assert.match(stderr, /answer +3 tokens/);
    assert.match(stderr, /finished by length; seed 9\n$/);
    const stopped = await runMain(["run", QUESTION, "--stop", " Paris", ...GREEDY]);
    assert.equal(stopped.stdout, "The capital of France is\n");
  });

  it("says how many tokens pictures took, and how long encoding them", async () => {
    const file = fileURLToPath(new URL("../fixtures/ember/pictures/5.png", import.meta.url));
    const options = ["--file", file, "--priority", "-1", "--max-tokens", "1", "--stats"];
    const { stderr } = await runMain(["run", "What is it?", ...options]);
    assert.match(stderr, /of the prompt, [1-9]\d* tokens of pictures and sounds, encoded in \d/);
    const { code, stderr: error } = await runMain(["run", "x", "--priority", "101"]);
    assert.match(error, /--priority/);
    assert.equal(code, 2);
  });

  it("gives several answers, with an empty line between them", async () => {
    const { stdout } = await runMain(["run", QUESTION, "--n", "2", ...GREEDY]);
    assert.equal(stdout, `${ANSWER}\n\n${ANSWER}\n`);
  });

  it("gives log-probabilities to programs", async () => {
    const options = ["--json", "--logprobs", "2", "--max-tokens", "1", ...GREEDY];
    const { stdout } = await runMain(["run", QUESTION, ...options]);
    const { logprobs } = JSON.parse(stdout) as GenerateResult;
    assert.equal(logprobs?.length, 1);
    assert.equal(logprobs[0]?.alternatives.length, 2);
  });

  it("says what of a prompt that is too long was left out", async () => {
    const long = ["run", "fox ".repeat(50), "--context-window", "32", "--max-tokens", "4"];
    const { code, stderr } = await runMain([...long, ...GREEDY]);
    assert.equal(code, 1);
    assert.match(stderr, /--context-window/);
    const options = ["--truncation-strategy", "middle", "--stats", ...GREEDY];
    const cut = await runMain([...long, ...options]);
    assert.equal(cut.code, 0);
    assert.match(cut.stderr, /^\d+ tokens left out$/m);
  });

  it("reads a grammar from a file", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "abstractllm-cli-"));
    try {
      const file = path.join(folder, "yes or no.gbnf");
      fs.writeFileSync(file, 'root ::= "yes" | "no"\n');
      const { stdout } = await runMain(["run", "Really?", "--grammar-file", file, ...GREEDY]);
      assert.match(stdout, /^(?:yes|no)\n$/);
      const both = ["--grammar-file", file, "--grammar", "x"];
      assert.equal((await runMain(["run", "x", ...both])).code, 2);
      const missing = await runMain(["run", "x", "--grammar-file", path.join(folder, "none")]);
      assert.match(
        missing.stderr,
        /^abstractllm: The file ".*none" of --grammar-file does not exist\.\n$/,
      );
      assert.equal(missing.code, 1);
      const unreadable = await runMain(["run", "x", "--grammar-file", folder]);
      assert.match(unreadable.stderr, /of --grammar-file cannot be read: EISDIR/);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("shows the engine's log with --verbose, on stderr", async () => {
    const { stdout, stderr } = await runMain(["run", QUESTION, "--verbose", ...GREEDY]);
    assert.equal(stdout, `${ANSWER}\n`);
    assert.match(stderr, /^\[info\] /m);
  });
});

describe("abstractllm run, used wrongly", () => {
  const MISSING = path.join(os.tmpdir(), "no such model.gguf");

  it("names the option that was probably meant", async () => {
    const { code, stdout, stderr } = await runMain(["run", "x", "--temprature", "1"]);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /^abstractllm: Unknown option --temprature\. Did you mean --temperature\?\n/,
    );
    assert.match(stderr, /run --help/);
  });

  it("says what a value may be", async () => {
    const { code, stderr } = await runMain(["run", "x", "--temperature", "hot"]);
    assert.match(stderr, /^abstractllm: Invalid value of --temperature: "hot"\. Allowed: a number/);
    assert.equal(code, 2);
  });

  it("wants one prompt that is not empty", async () => {
    assert.equal((await runMain(["run"])).code, 2);
    assert.equal((await runMain(["run", ""])).code, 2);
    assert.match((await runMain(["run", "a", "b"])).stderr, /put it in quotes/);
    assert.match((await runMain(["run", "a.gguf", "b"])).stderr, /name the model with -m/);
  });

  it("says that a model is not there, in one line and with the stack only when asked", async () => {
    const { code, stdout, stderr } = await runMain(["run", "x", "-m", MISSING]);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.equal(stderr, `abstractllm: There is no model at ${MISSING}.\n`);
    const verbose = await runMain(["run", "x", "-m", MISSING, "--verbose"]);
    assert.match(verbose.stderr, /\n +at /);
  });

  it("prints the failure as JSON, too, with --json", async () => {
    const { code, stdout, stderr } = await runMain(["run", "x", "--json", "-m", MISSING]);
    const { error } = parse(stdout);
    assert.equal(error?.code, "MODEL_NOT_FOUND");
    assert.equal(error.details["path"], MISSING);
    assert.match(stderr, /^abstractllm: There is no model/);
    assert.equal(code, 1);
    const usage = await runMain(["run", "--json", "--modle", "x"]);
    assert.equal(parse(usage.stdout).error?.details["nearest"], "--model");
    assert.equal(usage.code, 2);
  });

  it("keeps the text that came before the time was up", async () => {
    const endless = ["--grammar", 'root ::= "a" root', "--context-window", "8192"];
    const limits = ["--max-tokens", "8000", "--timeout", "1.5", "--threads", "1"];
    const { code, stdout, stderr } = await runMain(["run", "Go.", ...endless, ...limits]);
    assert.match(stdout, /^a*\n?$/);
    assert.match(stderr, /^abstractllm: The call did not finish within/);
    assert.equal(code, 1);
  });
});
