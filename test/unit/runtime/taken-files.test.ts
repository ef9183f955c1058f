import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { PassThrough, Readable } from "node:stream";
import type { NormalisedInput } from "../../../src/config/messages.js";
import type { ChatPart, FileInput } from "../../../src/config/types.js";
import { MediaError } from "../../../src/errors.js";
import { resolveSources } from "../../../src/files.js";
import { takeFiles } from "../../../src/runtime/taken-files.js";
import { catchError } from "../config/catch-error.js";
import { rejectionOf } from "../../helpers/rejection.js";

const PROMPT = { prompt: "x" };

function refusal(files: readonly unknown[], limits = {}): MediaError {
  return catchError(MediaError, () => takeFiles(PROMPT, files as FileInput[], limits));
}

describe("takeFiles", () => {
  it("takes files of the call and of its messages, each with its place", () => {
    const part: ChatPart = { type: "image", source: "b.png" };
    const input: NormalisedInput = {
      messages: [
        { role: "system", content: "s" },
        { role: "user", content: [{ type: "text", text: "x" }, part] },
      ],
    };
    const { files, parts } = takeFiles(input, ["a.png"], {});
    assert.deepEqual(
      files.map(({ place, source }) => [place, source.name, source.label.index]),
      [["files[0]", "a.png", 0]],
    );
    assert.equal(parts.get(part)?.place, "messages[1].content[1]");
    assert.equal(parts.get(part)?.source.label.index, undefined);
  });

  it("keeps bytes as they are now, wherever they are", async () => {
    const shared = new SharedArrayBuffer(4);
    const views = [new Uint8Array(4).fill(65), Buffer.from("AAAA"), new Uint8Array(shared)];
    new Uint8Array(shared).fill(65);
    const part: ChatPart = { type: "image", source: Buffer.from("AAAA") };
    const input: NormalisedInput = { messages: [{ role: "user", content: [part] }] };
    const { files, parts } = takeFiles(input, views, {});
    for (const view of [...views, part.source as Uint8Array]) view.fill(66);
    const sources = [...files, ...parts.values()].map(({ source }) => source);
    for (const [file] of await resolveSources(sources)) {
      assert.match(file?.kind === "text" ? file.text : "", /AAAA/);
    }
  });

  it("keeps the address of a URL object as it is now", () => {
    const url = new URL("https://host/a.png");
    const { files } = takeFiles(PROMPT, [url], {});
    url.pathname = "/b.png";
    assert.equal(files[0]?.source.label.text, "https://host/a.png");
  });

  it("refuses what can be known of it already", () => {
    assert.match(refusal(["a.png", 7]).message, /^The file files\[1\] is 7\./);
    assert.match(refusal([new Uint8Array(0)]).message, /is empty/);
    assert.match(refusal([new Uint8Array(11)], { bytes: 10 }).message, /file_limits\.bytes/);
    assert.match(refusal([new Blob(["x".repeat(11)])], { bytes: 10 }).message, /more than 10 byte/);
    const halves = [new Uint8Array(6), new Blob(["xxxxx"])];
    const { message, details } = refusal(halves, { total_bytes: 10 });
    assert.match(message, /^The file files\[1\] \(a Blob\) makes the files larger than 10 bytes/);
    assert.equal(details.limit, "total_bytes");
  });

  it("ends the streams of a call that is refused", async () => {
    const stream = new PassThrough();
    const web = new Blob(["x"]).stream();
    refusal([stream, web, 7]);
    assert.ok(stream.destroyed);
    assert.equal((await web.getReader().read()).done, true);
  });

  it("leaves alone what somebody else reads", async () => {
    const used = Readable.from(["a", "b"]);
    const iterator = used[Symbol.asyncIterator]();
    await iterator.next();
    const locked = new Blob(["x"]).stream();
    const reader = locked.getReader();
    refusal([used, locked, 7]);
    assert.equal((await iterator.next()).value, "b");
    assert.equal((await reader.read()).done, false);
  });

  it("survives a stream that fails before it is read, and says why then", async () => {
    const stream = createReadStream("/nowhere/a.png");
    const { files } = takeFiles(PROMPT, [stream], {});
    await new Promise<void>((resolve) => {
      stream.once("close", resolve);
    });
    const call = resolveSources(files.map(({ source }) => source));
    const { message } = await rejectionOf(MediaError, call);
    assert.match(message, /^The file "a\.png" cannot be read: ENOENT/);
  });
});
