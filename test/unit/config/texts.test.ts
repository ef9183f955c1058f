import assert from "node:assert/strict";
import { normaliseText, normaliseTexts } from "../../../src/config/texts.js";
import { InvalidRequestError } from "../../../src/errors.js";
import { catchError } from "./catch-error.js";

describe("texts of a call", () => {
  it("become valid Unicode", () => {
    assert.deepEqual(normaliseTexts(["a\ud800", ""], "texts"), ["a\ufffd", ""]);
  });

  it("are refused by the name of the argument", () => {
    const none = catchError(InvalidRequestError, () => normaliseTexts("a", "documents"));
    assert.equal(none.message, 'documents has to be an array of strings, not "a".');
    assert.deepEqual(none.details, {
      parameter: "documents",
      value: "a",
      allowed: "an array of strings",
    });
    const hole = catchError(InvalidRequestError, () => normaliseTexts(["a", 5], "texts"));
    assert.equal(hole.message, "texts[1] has to be a string, and is 5.");
    const expected = { parameter: "texts", value: 5, allowed: "a string", index: 1 };
    assert.deepEqual(hole.details, expected);
    const query = catchError(InvalidRequestError, () => normaliseText(undefined, "query"));
    assert.deepEqual(query.details, {
      parameter: "query",
      value: "undefined",
      allowed: "a string",
    });
  });
});
