import assert from "node:assert/strict";
import type { NormalisedInput } from "../../../src/config/messages.js";
import type { ChatPart } from "../../../src/config/types.js";
import { InvalidRequestError, MediaError, UnsupportedFeatureError } from "../../../src/errors.js";
import { readInput, textInput, type InputRequest } from "../../../src/runtime/media-input.js";
import { takeFiles } from "../../../src/runtime/taken-files.js";
import type { ResolvedFile } from "../../../src/files.js";
import type { Source } from "../../../src/files/source.js";

const EYES = { takesImages: true, takesAudio: false };
const NEITHER = { takesImages: false, takesAudio: false };
const bytesOf = (name: string): Uint8Array => new TextEncoder().encode(name);
const picture = (name: string) => ({ kind: "image" as const, bytes: bytesOf(name) });

const pathOf = (source: Source): string => (source.form === "path" ? source.path : "");

/** What the names of files say: "a.png", "a.txt", "a.wav", and a scan of a page and a picture. */
function fileOf(name: string): ResolvedFile[] {
  if (name.endsWith(".txt")) return [{ kind: "text", type: "text/plain", text: `<${name}>` }];
  if (name.endsWith(".wav")) return [{ kind: "audio", type: "audio/wav", bytes: bytesOf(name) }];
  if (name.endsWith(".pdf")) return [...fileOf("p.txt"), ...fileOf("p.png")];
  if (name.endsWith(".rgb")) {
    return [
      { kind: "image", type: "image/png", source: { width: 1, height: 1, rgb: bytesOf("rgb") } },
    ];
  }
  return [{ kind: "image", type: "image/png", source: { bytes: bytesOf(name) } }];
}

describe("readInput", () => {
  const read: string[] = [];
  const named: (string | undefined)[] = [];
  beforeEach(() => {
    read.length = 0;
    named.length = 0;
  });

  async function input(
    given: NormalisedInput,
    files: readonly string[] = [],
    takes = EYES,
    signal?: AbortSignal,
  ): Promise<InputRequest> {
    const taken = takeFiles(given, files, {});
    const { request, labels } = await readInput(given, taken, takes, { signal }, (sources) => {
      read.push(...sources.map(pathOf));
      return Promise.resolve(sources.map((source) => fileOf(pathOf(source))));
    });
    named.push(...labels.map(({ file }) => file));
    return request;
  }

  const user = (content: string | readonly ChatPart[]): NormalisedInput => ({
    messages: [{ role: "user", content }],
  });
  const contentsOf = ({ messages }: InputRequest): unknown[] =>
    (JSON.parse(messages ?? "[]") as { content: unknown }[]).map(({ content }) => content);

  it("leaves texts as they are", async () => {
    assert.deepEqual(await input({ prompt: "Hi" }), { prompt: "Hi", media: [] });
    const messages = JSON.stringify([{ role: "user", content: "Hi" }]);
    assert.deepEqual(await input(user("Hi")), { messages, media: [] });
  });

  it("needs no reading for texts", async () => {
    for (const text of [{ prompt: "Hi" }, user("Hi")]) {
      assert.deepEqual(textInput(text, takeFiles(text, [], {})), await input(text));
      assert.equal(textInput(text, takeFiles(text, ["a.png"], {})), undefined);
    }
    const parts = user([{ type: "image", source: "a.png" }]);
    assert.equal(textInput(parts, takeFiles(parts, [], {})), undefined);
  });

  it("puts files before the text of the user's last message, in their order", async () => {
    const request = await input(
      {
        messages: [
          { role: "user", content: "one" },
          { role: "user", content: "two" },
          { role: "assistant", content: "three" },
        ],
      },
      ["a.png", "b.txt", "c.rgb"],
    );
    assert.deepEqual(contentsOf(request), [
      "one",
      [
        { type: "image" },
        { type: "text", text: "<b.txt>" },
        { type: "image" },
        { type: "text", text: "two" },
      ],
      "three",
    ]);
    assert.deepEqual(request.media, [
      picture("a.png"),
      { kind: "image", width: 1, height: 1, rgb: bytesOf("rgb") },
    ]);
  });

  it("makes one text of documents and a prompt", async () => {
    const request = await input(user("sum up"), ["a.txt", "b.txt"]);
    assert.deepEqual(contentsOf(request), ["<a.txt>\n<b.txt>\nsum up"]);
    const plain = await input({ prompt: "sum up" }, ["a.txt", "b.png"]);
    assert.deepEqual(plain, { prompt: "<a.txt>\n\nsum up", media: [picture("b.png")] });
  });

  it("keeps the data in the order of the parts, through all messages", async () => {
    const part = (source: string): ChatPart => ({ type: "image", source });
    const request = await input(
      {
        messages: [
          { role: "user", content: [part("1.png"), { type: "text", text: "x" }] },
          { role: "user", content: [part("3.png")] },
        ],
      },
      ["2.pdf"],
    );
    assert.deepEqual(request.media, [picture("1.png"), picture("p.png"), picture("3.png")]);
    assert.deepEqual(named, ["1.png", "2.pdf", "3.png"]);
    assert.deepEqual(contentsOf(request)[1], [
      { type: "text", text: "<p.txt>" },
      { type: "image" },
      { type: "image" },
    ]);
  });

  it("says what the model takes before it reads anything, if the input says it", async () => {
    const part = { type: "audio", source: "a.wav" } as const;
    await assert.rejects(input(user([part])), (error: unknown) => {
      assert.ok(error instanceof UnsupportedFeatureError);
      assert.equal(error.message, "The model takes no sounds: it takes text and pictures.");
      return true;
    });
    assert.deepEqual(read, []);
    await assert.rejects(input(user("x"), ["a.png"], NEITHER), /no pictures: it takes text\.$/);
    await assert.rejects(input({ prompt: "x" }, ["a.png"], NEITHER), UnsupportedFeatureError);
  });

  it("takes documents for models without eyes", async () => {
    assert.deepEqual(contentsOf(await input(user("x"), ["a.txt"], NEITHER)), ["<a.txt>\nx"]);
  });

  it("refuses files that nobody asks about, and parts that are something else", async () => {
    const answer = { messages: [{ role: "assistant", content: "x" }] } as const;
    await assert.rejects(input(answer, ["a.png"]), InvalidRequestError);
    await assert.rejects(input(user([{ type: "image", source: "a.txt" }])), MediaError);
  });

  it("reads all files at once", async () => {
    const content: ChatPart[] = [
      { type: "text", text: "x" },
      { type: "image", source: "a.png" },
    ];
    await input(user(content), ["b.png", "c.png"]);
    assert.deepEqual(read, ["b.png", "c.png", "a.png"]);
    await input(user("x"));
    assert.equal(read.length, 3);
  });

  it("stops when it is aborted while it reads", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const reading = input(user("x"), ["a.png"], EYES, controller.signal);
    controller.abort(reason);
    await assert.rejects(reading, reason);
  });
});
