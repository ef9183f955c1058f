import assert from "node:assert/strict";
import fc from "fast-check";
import { normaliseInput, withSystemPrompt } from "../../../src/config/messages.js";
import type { ChatMessage } from "../../../src/config/types.js";
import {
  AbstractLLMError,
  InvalidRequestError,
  UnsupportedFeatureError,
} from "../../../src/errors.js";
import { catchError } from "./catch-error.js";

const USER: ChatMessage = { role: "user", content: "Hello" };

describe("normaliseInput", () => {
  it("takes a prompt as it is", () => {
    assert.deepEqual(normaliseInput(" Hello\n"), { prompt: " Hello\n" });
  });

  it("takes messages of every role", () => {
    const messages = ["system", "user", "assistant", "tool"].map((role) => ({
      role,
      content: "x",
    }));
    assert.deepEqual(normaliseInput(messages), { messages });
  });

  it("joins text parts by line breaks, as the engine does", () => {
    const content = [
      { type: "text", text: "a" },
      { type: "text", text: "b" },
    ];
    assert.deepEqual(normaliseInput([{ role: "user", content }]), {
      messages: [{ role: "user", content: "a\nb" }],
    });
  });

  it("replaces lone surrogates, which have no UTF-8 form", () => {
    assert.deepEqual(normaliseInput("a\ud83d"), { prompt: "a\ufffd" });
    const content = [{ type: "text", text: "\udc00\u{1F600}" }];
    assert.deepEqual(normaliseInput([{ role: "user", content }]), {
      messages: [{ role: "user", content: "\ufffd\u{1F600}" }],
    });
  });

  it("copies messages", () => {
    const message = { role: "user", content: "a" };
    const input = normaliseInput([message]);
    message.content = "b";
    assert.deepEqual(input, { messages: [{ role: "user", content: "a" }] });
  });

  const malformed: [string, unknown, RegExp][] = [
    ["an empty prompt", "", /^The prompt is empty\.$/],
    ["no messages", [], /^The array of messages is empty\.$/],
    ["no input", undefined, /has to be a string or an array of messages, and is undefined/],
    ["a message by itself", USER, /has to be a string or an array of messages/],
    ["a message that is a string", [USER, "Hello"], /^Message 1 has to be an object/],
    ["a hole", Array(1), /^Message 0 has to be an object/],
    ["an unknown role", [{ role: "usr", content: "" }], /"usr" \(did you mean "user"\?\); allowed/],
    ["a role of Object.prototype", [{ role: "constructor", content: "" }], /the role/],
    ["an unknown key", [{ ...USER, text: "x" }], /unknown key "text"/],
    ["missing content", [{ role: "user" }], /the content undefined/],
    ["content without parts", [{ role: "user", content: [] }], /the content \[\]/],
    ["content that is null", [{ role: "assistant", content: null }], /the content null/],
    ["a part without a type", [{ role: "user", content: [{ text: "x" }] }], /not \{ type, /],
    ["a part that is a string", [{ role: "user", content: ["x"] }], /not \{ type, .*"x"/],
    ["text that is none", [{ role: "user", content: [{ type: "text", text: 5 }] }], /text is 5/],
  ];
  for (const [what, input, message] of malformed) {
    it(`refuses ${what}`, () => {
      const error = catchError(InvalidRequestError, () => normaliseInput(input));
      assert.match(error.message, message);
      assert.equal(error.code, "INVALID_REQUEST");
    });
  }

  it("says which kind of content it does not serve", () => {
    const content = [{ type: "video", video: "a.mp4" }];
    const error = catchError(UnsupportedFeatureError, () =>
      normaliseInput([USER, { role: "user", content }]),
    );
    assert.match(error.message, /^Message 1 .*"video"; this version serves "text", "image"/);
    assert.deepEqual(error.details, { index: 1, feature: "video" });
  });

  it("refuses what it would have to drop, and lets empty fields pass", () => {
    const call = { ...USER, tool_calls: [{ id: "1" }] };
    const error = catchError(UnsupportedFeatureError, () => normaliseInput([call]));
    assert.equal(error.details.feature, "tool_calls");
    const empty = { ...USER, tool_calls: [], name: undefined, refusal: null };
    assert.deepEqual(normaliseInput([empty]), { messages: [USER] });
  });

  it("answers anything at all with an input or with our own error", () => {
    const part = fc.oneof(fc.anything(), fc.record({ type: fc.string(), text: fc.anything() }));
    const content = fc.oneof(fc.anything(), fc.array(part));
    const role = fc.oneof(fc.string(), fc.constantFrom("user", "system"));
    const messages = fc.array(fc.oneof(fc.anything(), fc.record({ role, content })));
    fc.assert(
      fc.property(fc.oneof(fc.anything(), messages), (input) => {
        try {
          const normalised = normaliseInput(input);
          assert.ok("prompt" in normalised || normalised.messages.length > 0);
        } catch (error) {
          assert.ok(error instanceof AbstractLLMError, String(error));
        }
      }),
    );
  });
});

describe("withSystemPrompt", () => {
  it("goes before messages that have no system message", () => {
    assert.deepEqual(withSystemPrompt([USER], "Be kind."), [
      { role: "system", content: "Be kind." },
      USER,
    ]);
  });

  it("yields to a system message, wherever it stands", () => {
    const messages: ChatMessage[] = [USER, { role: "system", content: "Be brief." }];
    assert.deepEqual(withSystemPrompt(messages, "Be kind."), messages);
  });

  it("adds nothing when there is no system prompt", () => {
    assert.deepEqual(withSystemPrompt([USER], undefined), [USER]);
    assert.deepEqual(withSystemPrompt([USER], ""), [USER]);
  });
});

describe("an input of a wrong type", () => {
  it("is in the details as it is", () => {
    for (const value of [5, null, true]) {
      const { details } = catchError(InvalidRequestError, () => normaliseInput(value));
      assert.deepEqual(details, {
        parameter: "input",
        value,
        allowed: "a string or an array of messages",
      });
    }
  });
});
