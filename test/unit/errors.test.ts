import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as errors from "../../src/errors.js";
import * as exceptions from "../../src/exceptions.js";

const CODE_OF_CLASS = {
  InvalidRequestError: "INVALID_REQUEST",
  InvalidParameterError: "INVALID_PARAMETER",
  ContextWindowExceededError: "CONTEXT_WINDOW_EXCEEDED",
  ModelNotFoundError: "MODEL_NOT_FOUND",
  ModelLoadingError: "MODEL_LOADING",
  UnsupportedModelError: "UNSUPPORTED_MODEL",
  UnsupportedFeatureError: "UNSUPPORTED_FEATURE",
  ResourceError: "RESOURCE",
  GenerationError: "GENERATION",
  RequestTimeoutError: "REQUEST_TIMEOUT",
  AuthenticationError: "AUTHENTICATION",
  ProviderConnectionError: "PROVIDER_CONNECTION",
  MediaError: "MEDIA",
  NativeBindingError: "NATIVE_UNAVAILABLE",
  AbstractLLMError: "INTERNAL",
} as const;

const CLASSES = Object.entries(CODE_OF_CLASS) as [keyof typeof CODE_OF_CLASS, errors.ErrorCode][];

describe("error classes", () => {
  for (const [name, code] of CLASSES) {
    it(`gives ${name} the code ${code} and the base class`, () => {
      const ErrorOfKind = errors[name];
      const cause = new Error("why");
      const error = new ErrorOfKind("what", { details: { a: 1 }, cause });

      assert.equal(ErrorOfKind.code, code);
      assert.equal(error.code, code);
      assert.equal(error.name, name);
      assert.equal(error.message, "what");
      assert.equal(error.cause, cause);
      assert.equal(error.details["a"], 1);
      assert.equal(error.provider, "huggingface");
      assert.ok(error instanceof errors.AbstractLLMError);
      assert.ok(error.stack?.startsWith(`${name}: what\n`));
    });
  }

  it("has one class per code, in the order of the codes", () => {
    assert.deepEqual(
      CLASSES.map(([, code]) => code),
      [...errors.ERROR_CODES],
    );
  });

  it("has the codes of C++, in the same order", () => {
    const header = readFileSync(new URL("../../native/core/codes.h", import.meta.url), "utf8");
    const codes = [...header.matchAll(/X\(k\w+, "(\w+)"\)/g)].map((match) => match[1]);
    assert.deepEqual([...errors.ERROR_CODES], codes);
  });

  it("exports every class under abstractllm/exceptions", () => {
    for (const [name] of CLASSES) assert.equal(exceptions[name], errors[name]);
  });

  it("has no cause unless one was given", () => {
    assert.equal(Object.hasOwn(new errors.MediaError("x"), "cause"), false);
    assert.equal(Object.hasOwn(new errors.MediaError("x", { cause: undefined }), "cause"), true);
  });

  it("freezes a copy of the details", () => {
    const details = { a: 1 };
    const error = new errors.GenerationError("x", { details });
    details.a = 2;
    assert.deepEqual(error.details, { a: 1 });
    assert.ok(Object.isFrozen(error.details));
  });

  it("always has remedies in a ResourceError", () => {
    assert.deepEqual(new errors.ResourceError("x").details.remedies, []);
    const remedies = ["a smaller context_window"];
    const error = new errors.ResourceError("x", { details: { device: "cpu", remedies } });
    assert.deepEqual(error.details, { device: "cpu", remedies });
  });

  it("keeps name, message and details in JSON", () => {
    const error = new errors.MediaError("broken", { details: { file: "a.png" } });
    assert.deepEqual(JSON.parse(JSON.stringify(error)), {
      name: "MediaError",
      code: "MEDIA",
      message: "broken",
      details: { file: "a.png" },
      provider: "huggingface",
    });
  });
});

describe("isInstance", () => {
  it("follows the hierarchy", () => {
    const error = new errors.InvalidParameterError("x");
    assert.ok(errors.InvalidParameterError.isInstance(error));
    assert.ok(errors.InvalidRequestError.isInstance(error));
    assert.ok(errors.AbstractLLMError.isInstance(error));
    assert.ok(!errors.ContextWindowExceededError.isInstance(error));
    assert.ok(!errors.InvalidParameterError.isInstance(new errors.InvalidRequestError("x")));
  });

  it("knows the errors of another copy of the package", async () => {
    // The query makes a second copy of the base module, as a second installation would.
    const url = new URL("../../src/errors/base.ts?copy", import.meta.url).href;
    const copy = (await import(url)) as typeof errors;
    const foreign = new copy.AbstractLLMError("x");
    assert.ok(!(foreign instanceof errors.AbstractLLMError));
    assert.ok(errors.AbstractLLMError.isInstance(foreign));
    assert.ok(!errors.ResourceError.isInstance(foreign));
  });

  it("is false for everything else", () => {
    for (const value of [undefined, null, 1, "x", {}, { code: "RESOURCE" }, new Error("x")]) {
      assert.ok(!errors.AbstractLLMError.isInstance(value));
      assert.ok(!errors.ResourceError.isInstance(value));
    }
  });
});

describe("errorFromNative", () => {
  for (const [name, code] of CLASSES) {
    it(`turns ${code} into ${name}`, () => {
      const details = { device: "cpu", needed_bytes: 2 };
      const error = errors.errorFromNative({ code, message: "m", details });
      assert.equal(Object.getPrototypeOf(error), errors[name].prototype);
      assert.equal(error.message, "m");
      assert.equal(error.details["needed_bytes"], 2);
    });
  }

  it("turns a code that it does not know into the base class, and keeps it", () => {
    for (const code of ["ABORTED", "toString", "__proto__"]) {
      const error = errors.errorFromNative({ code, message: "m", details: {} });
      assert.equal(error.code, "INTERNAL");
      assert.equal(error.details["native_code"], code);
    }
  });

  it("shows the stack of the call, under its own message", () => {
    function callOfTheUser(): Error {
      return new Error("this message is not shown");
    }
    const failure = { code: "GENERATION", message: "decode failed", details: {} };
    const error = errors.errorFromNative(failure, callOfTheUser());
    const stack = error.stack ?? "";
    assert.ok(stack.startsWith("GenerationError: decode failed\n    at callOfTheUser"), stack);
    assert.ok(!stack.includes("errorFromNative"));
  });
});
