import assert from "node:assert/strict";
import { CHILD_TIMEOUT_MS, PACKAGE_MAIN, runChild } from "../helpers/child.js";
import { answerTo } from "../helpers/reference.js";

const child = (name: string): URL => new URL(`./children/${name}.mjs`, import.meta.url);

describe("what the package writes", function () {
  this.timeout(CHILD_TIMEOUT_MS);

  it("is nothing, whatever goes wrong in the engine", async () => {
    const { code, stdout, stderr } = await runChild(child("silent"), [PACKAGE_MAIN]);
    assert.equal(stderr, "");
    assert.deepEqual(JSON.parse(stdout), [
      ...(Array(5).fill("INVALID_PARAMETER") as string[]),
      "CONTEXT_WINDOW_EXCEEDED",
      "INVALID_PARAMETER",
      "INVALID_PARAMETER",
      "done",
      "RESOURCE",
      ...(Array(3).fill("MODEL_LOADING") as string[]),
    ]);
    assert.equal(code, 0);
  });

  it("is a warning when a logger throws, which costs no call anything", async () => {
    const { code, stdout, stderr } = await runChild(child("bad-logger"), [PACKAGE_MAIN]);
    const answer = answerTo("Hello");
    assert.deepEqual(JSON.parse(stdout), {
      texts: [answer, answer, answer],
      logged: true,
      warnings: [
        "A logger of abstractllm failed: the disk is full",
        "A logger of abstractllm failed: the network is down",
      ],
    });
    assert.equal(stderr.match(/AbstractLLMWarning/g)?.length, 2);
    assert.equal(code, 0);
  });
});
