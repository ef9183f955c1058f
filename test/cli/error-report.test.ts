import assert from "node:assert/strict";
import { errorLines, errorToJson, exitCodeOf } from "../../src/cli/error-report.js";
import { EXIT } from "../../src/cli/exit-codes.js";
import { UsageError } from "../../src/cli/usage-error.js";
import {
  HuggingFaceProvider,
  InvalidRequestError,
  ModelNotFoundError,
  ResourceError,
} from "../../src/index.js";

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

describe("a failure", () => {
  it("of the usage has its own exit code", () => {
    assert.equal(exitCodeOf(new UsageError("x")), EXIT.usage);
    const wrongValue = errorOf(() => new HuggingFaceProvider({ temperature: -1 }));
    assert.equal(exitCodeOf(wrongValue), EXIT.usage);
    for (const error of [new ModelNotFoundError("x"), new InvalidRequestError("x"), "x", null]) {
      assert.equal(exitCodeOf(error), EXIT.failure);
    }
  });

  it("names options as they were typed", () => {
    const error = errorOf(() => new HuggingFaceProvider({ max_tokens: 0 }));
    const [line] = errorLines(error, false);
    assert.match(line ?? "", /^Invalid value of --max-tokens: 0\. Allowed: /);
    const shown = (message: string): string | undefined => errorLines(new Error(message), false)[0];
    assert.equal(shown("Raise context_window."), "Raise --context-window.");
    assert.equal(shown('Leave out "system_prompt".'), "Leave out --system.");
    for (const other of ["/a/top_p", "top_p/x", "model", "no_option", "x_top_p"]) {
      assert.equal(shown(other), other);
    }
  });

  it("comes with its remedies", () => {
    const details = { remedies: ["Close other programs.", "Lower --context-window."] };
    assert.deepEqual(errorLines(new ResourceError("There is no memory.", { details }), false), [
      "There is no memory.",
      "  - Close other programs.",
      "  - Lower --context-window.",
    ]);
  });

  it("does not repeat the remedy that its message tells", () => {
    const error = errorOf(() => new HuggingFaceProvider({ trust_remote_code: true }));
    assert.equal(errorLines(error, false).length, 1);
  });

  it("shows its stack and its cause only when asked", () => {
    const error = new ModelNotFoundError("x", { cause: new TypeError("the cause") });
    assert.deepEqual(errorLines(error, false), ["x"]);
    const shown = errorLines(error, true).join("\n");
    assert.ok(shown.includes("error-report.test"));
    assert.ok(shown.includes("TypeError: the cause"));
  });

  it("cannot command the terminal", () => {
    assert.deepEqual(errorLines(new Error("\x1b[2J"), false), ["\\x1b[2J"]);
  });

  it("is plain data for programs, whatever was thrown", () => {
    const error = new ModelNotFoundError("x", { details: { path: "p" } });
    assert.deepEqual(JSON.parse(JSON.stringify(errorToJson(error))), {
      name: "ModelNotFoundError",
      code: "MODEL_NOT_FOUND",
      message: "x",
      details: { path: "p" },
      provider: "huggingface",
    });
    const system = Object.assign(new Error("no"), { code: "EACCES" });
    assert.deepEqual(errorToJson(system), { name: "Error", code: "EACCES", message: "no" });
    assert.deepEqual(errorToJson("text"), { name: "Error", message: "text" });
    assert.deepEqual(errorToJson(null), { name: "Error", message: "null" });
  });
});
