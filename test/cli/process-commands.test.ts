import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { ModelInspection } from "../../src/inspect.js";
import { EMBEDDED_MODEL, useEmbeddedGguf } from "../helpers/gguf.js";
import { runMain } from "./spawn-cli.js";

describe("abstractllm inspect", () => {
  const gguf = useEmbeddedGguf();
  let folder = "";

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "abstractllm-inspect-"));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("shows the embedded model when none is named", async () => {
    const { code, stdout, stderr } = await runMain(["inspect"]);
    assert.match(stdout, /^ember\n {2}path +.*ember\n {2}size +9\.63 MiB\n/);
    assert.match(stdout, /bf16 +36 +4\.25 M/);
    assert.match(stdout, /llama\.context_length +1024\n/);
    assert.equal(stderr, "");
    assert.equal(code, 0);
  });

  it("shows a file in a folder of any name", async () => {
    const file = path.join(folder, "ein Modell für 模型.gguf");
    copyFileSync(gguf(), file);
    const { code, stdout } = await runMain(["inspect", file, "--template", "--tensors"]);
    assert.ok(stdout.includes(file));
    assert.ok(stdout.includes("add_generation_prompt"));
    assert.match(stdout, /token_embd\.weight +q6_K +256 x 1232/);
    assert.equal(code, 0);
  });

  it("prints everything as JSON with --json", async () => {
    const { code, stdout } = await runMain(["inspect", EMBEDDED_MODEL, "--json"]);
    const model = JSON.parse(stdout) as ModelInspection;
    assert.equal(model.architecture, "llama");
    assert.equal(model.context_length, 1024);
    assert.equal(model.vocabulary_size, 1232);
    assert.deepEqual(model.tokenizer, { model: "gpt2", pre: "smollm" });
    assert.ok(model.chat_template?.includes("<|im_start|>"));
    assert.equal(model.metadata["general.architecture"], "llama");
    assert.equal(model.tensors.length, 47);
    const bytes = model.tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
    assert.equal(
      model.tensor_types.reduce((sum, type) => sum + type.bytes, 0),
      bytes,
    );
    assert.ok(bytes < model.size_bytes);
    assert.equal(code, 0);
  });

  it("says what is wrong with a file", async () => {
    const foreign = path.join(folder, "foreign.gguf");
    writeFileSync(foreign, "<html>");
    const truncated = path.join(folder, "truncated.gguf");
    writeFileSync(truncated, readFileSync(gguf()).subarray(0, 100_000));
    for (const [file, problem] of [
      [path.join(folder, "none.gguf"), /There is no model at/],
      [folder, /is a folder/],
      [foreign, /not a GGUF file/],
      [truncated, /truncated|incomplete|ends/i],
    ] as const) {
      const { code, stdout, stderr } = await runMain(["inspect", file]);
      assert.match(stderr, /^abstractllm: [^\n]+\n$/);
      assert.match(stderr, problem);
      assert.equal(stdout, "");
      assert.equal(code, 1);
    }
  });

  it("takes one file", async () => {
    assert.equal((await runMain(["inspect", "a", "b"])).code, 2);
    assert.equal((await runMain(["inspect", "-m", "a", "b"])).code, 2);
  });

  it("takes it as the other commands do, too", async () => {
    const [named, plain] = await Promise.all([
      runMain(["inspect", "-m", gguf()]),
      runMain(["inspect", gguf()]),
    ]);
    assert.equal(named.code, 0);
    assert.equal(named.stdout, plain.stdout);
  });
});

describe("abstractllm devices", () => {
  it("lists the devices", async () => {
    const { code, stdout, stderr } = await runMain(["devices"]);
    assert.match(stdout, /^ID +TYPE +NAME +MEMORY +FREE\n/);
    assert.match(stdout, /^cpu +cpu +\S.* +\S+ [KMGT]iB +\S+ [KMGT]iB$/m);
    assert.equal(stderr, "");
    assert.equal(code, 0);
  });

  it("lists them as JSON with --json", async () => {
    const { stdout } = await runMain(["devices", "--json"]);
    const devices = JSON.parse(stdout) as { id: string; total_bytes: number }[];
    const cpu = devices.find(({ id }) => id === "cpu");
    assert.ok(cpu !== undefined && cpu.total_bytes > 0);
  });

  it("takes no operand", async () => {
    assert.equal((await runMain(["devices", "cpu"])).code, 2);
  });
});

describe("abstractllm", () => {
  it("explains itself and its commands", async () => {
    for (const args of [["--help"], ["-h"], ["help"]]) {
      const { code, stdout, stderr } = await runMain(args);
      assert.match(stdout, /^abstractllm runs language models/);
      assert.equal(stderr, "");
      assert.equal(code, 0);
    }
    for (const name of ["run", "inspect", "devices"]) {
      const [help, flag] = await Promise.all([
        runMain(["help", name]),
        runMain([name, "--help", "--nonsense"]),
      ]);
      assert.match(help.stdout, new RegExp(`^Usage:\n {2}abstractllm ${name} `));
      assert.equal(flag.stdout, help.stdout);
      assert.deepEqual([help.code, flag.code], [0, 0]);
    }
  });

  it("shows its help on stderr when nothing is asked of it", async () => {
    const { code, stdout, stderr } = await runMain([]);
    assert.match(stderr, /^abstractllm runs language models/);
    assert.equal(stdout, "");
    assert.equal(code, 2);
  });

  it("tells its version and that of its engine", async () => {
    const { version } = JSON.parse(
      readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
    ) as { version: string };
    const { code, stdout } = await runMain(["--version"]);
    assert.match(stdout, new RegExp(`^abstractllm ${version}\nengine: llama\\.cpp \\d+\\.\\d+`));
    assert.equal(code, 0);
  });

  it("names the command or the option that was probably meant", async () => {
    for (const [args, words] of [
      [["inspekt"], /There is no command "inspekt"\. Did you mean inspect\?/],
      [["help", "rum"], /Did you mean run\?/],
      [["--versoin"], /Unknown option --versoin\. Did you mean --version\?/],
      [["--model", "x"], /Unknown option --model\. Options come after a command\./],
      [["xyzzy"], /There is no command "xyzzy"\.\n/],
    ] as const) {
      const { code, stdout, stderr } = await runMain(args);
      assert.match(stderr, words);
      assert.equal(stdout, "");
      assert.equal(code, 2);
    }
  });
});
