import assert from "node:assert/strict";
import { parseScoreInput, parseText, parseTokens } from "../../../src/config/call-input.js";
import { InvalidParameterError, InvalidRequestError } from "../../../src/errors.js";
import { catchError } from "./catch-error.js";

describe("token ids", () => {
  it("come from any list, as a copy", () => {
    const tokens = Int32Array.of(1, 2);
    assert.deepEqual(parseTokens(tokens), tokens);
    assert.notEqual(parseTokens(tokens), tokens);
    assert.deepEqual(parseTokens([1, 2]), tokens);
    assert.deepEqual(parseTokens(new Set([1, 2])), tokens);
    assert.deepEqual(parseTokens(Float64Array.of(1, 2)), tokens);
    assert.deepEqual(parseTokens([0, 2 ** 31 - 1]), Int32Array.of(0, 2 ** 31 - 1));
  });

  it("that are none are named with their place, as they are", () => {
    for (const id of [-1, 0.5, NaN, 2 ** 31, "1", true, null]) {
      const error = catchError(InvalidParameterError, () => parseTokens([5, id]));
      assert.match(error.message, /^Invalid token id: .+ at \[1\]\. Allowed: an integer from 0 to/);
      assert.deepEqual(error.details, {
        parameter: "tokens",
        value: id,
        allowed: "an integer from 0 to 2147483647",
      });
    }
  });

  it("may be none, but not for score()", () => {
    for (const tokens of [[], new Int32Array(0)]) {
      assert.deepEqual(parseTokens(tokens), new Int32Array(0));
      const error = catchError(InvalidParameterError, () => parseScoreInput(tokens));
      assert.match(error.message, /^Invalid tokens: /);
    }
  });

  it("cannot be what is no list", () => {
    for (const tokens of [undefined, null, 7, "12", {}]) {
      const error = catchError(InvalidParameterError, () => parseTokens(tokens));
      assert.match(error.message, /^Invalid tokens: .+\. Allowed: token ids: an Int32Array/);
      assert.equal(error.details.parameter, "tokens");
    }
  });
});

describe("a text", () => {
  it("becomes valid Unicode", () => {
    assert.equal(parseText("a\ud800"), "a\ufffd");
    assert.equal(parseText(""), "");
  });

  it("that is none is shown", () => {
    const error = catchError(InvalidParameterError, () => parseText(7));
    assert.equal(error.message, "Invalid text: 7. Allowed: a string.");
    assert.deepEqual(error.details, { parameter: "text", value: 7, allowed: "a string" });
  });

  it("that is an array of messages is answered with what counts them", () => {
    const messages = [{ role: "user", content: "Hello" }];
    const error = catchError(InvalidParameterError, () => parseText(messages));
    assert.match(error.message, /generate\(messages, \{ max_tokens: 1 \}\)/);
  });
});

describe("what score() takes", () => {
  it("is a text or token ids", () => {
    assert.deepEqual(parseScoreInput("a"), { text: "a" });
    assert.deepEqual(parseScoreInput([1]), { tokens: Int32Array.of(1) });
  });

  it("is nothing else, and the error names both", () => {
    for (const input of [null, undefined, 7, {}, true]) {
      const error = catchError(InvalidParameterError, () => parseScoreInput(input));
      assert.match(error.message, /^Invalid input: .+\. Allowed: a string, or token ids: /);
      assert.equal(error.details.parameter, "input");
    }
    assert.equal(
      catchError(InvalidParameterError, () => parseScoreInput(null)).details.value,
      null,
    );
    assert.equal(catchError(InvalidParameterError, () => parseScoreInput(7)).details.value, 7);
  });

  it("is not empty", () => {
    assert.equal(
      catchError(InvalidRequestError, () => parseScoreInput("")).code,
      "INVALID_REQUEST",
    );
    assert.equal(
      catchError(InvalidParameterError, () => parseScoreInput([])).details.parameter,
      "tokens",
    );
  });
});
