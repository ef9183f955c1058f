import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { MediaError } from "../../../src/errors.js";
import { resolveFiles } from "../../../src/files.js";
import type { FileInput } from "../../../src/config/types-files.js";
import { fixture, fixturePath } from "../../helpers/documents.js";
import { rejection, rejectionOf } from "../../helpers/rejection.js";

const PNG = fixture("halves.png");

async function nameAndType(input: FileInput): Promise<string> {
  const [file] = await resolveFiles([input]);
  return `${file?.name ?? "-"} ${file?.type ?? "-"}`;
}

async function message(input: unknown): Promise<string> {
  return (await rejectionOf(MediaError, resolveFiles([input as FileInput]))).message;
}

describe("a file from", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "abstractllm files é "));
    writeFileSync(join(folder, "a 100% cat#1.png"), PNG);
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("a path or a file: URL, with spaces, accents and percent signs", async () => {
    const path = join(folder, "a 100% cat#1.png");
    for (const input of [path, pathToFileURL(path), pathToFileURL(path).href]) {
      assert.equal(await nameAndType(input), "a 100% cat#1.png image/png");
    }
  });

  it("memory: buffers, views and parts of them, also of other realms", async () => {
    const padded = Buffer.concat([Buffer.alloc(3), PNG, Buffer.alloc(5)]);
    const part = padded.subarray(3, 3 + PNG.length);
    const shared = new SharedArrayBuffer(PNG.length);
    new Uint8Array(shared).set(PNG);
    const inputs = [
      ...[PNG, new Uint8Array(PNG), part, new Uint8Array(PNG).buffer, shared],
      new DataView(part.buffer, part.byteOffset, part.byteLength),
    ];
    for (const input of inputs) {
      const [file] = await resolveFiles([input]);
      assert.ok(file?.kind === "image" && "bytes" in file.source);
      assert.deepEqual(Buffer.from(file.source.bytes), PNG);
      assert.equal(file.name, undefined);
    }
  });

  it("memory that changes meanwhile, without a change", async () => {
    const bytes = new Uint8Array(PNG);
    const call = resolveFiles([bytes]);
    bytes.fill(0);
    const [file] = await call;
    assert.equal(file?.type, "image/png");
  });

  it("a Blob, a File", async () => {
    assert.equal(await nameAndType(new Blob([PNG])), "- image/png");
    assert.equal(await nameAndType(new File([PNG], "x.txt")), "x.txt image/png");
    const [table] = await resolveFiles([new File(["a;b\n1;2"], "t", { type: "text/csv" })]);
    assert.match(table?.kind === "text" ? table.text : "", /CSV table/);
  });

  it("a stream of Node or of the web, or any other async iterable", async () => {
    const stream = createReadStream(fixturePath("halves.gif"), { highWaterMark: 7 });
    assert.equal(await nameAndType(stream), "halves.gif image/gif");
    assert.ok(stream.destroyed);
    assert.equal(await nameAndType(new Blob([PNG]).stream()), "- image/png");
    assert.equal(await nameAndType(Readable.from([PNG])), "- image/png");
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      yield PNG.subarray(0, 10);
      await Promise.resolve();
      yield PNG.subarray(10);
    };
    assert.equal(await nameAndType(pieces()), "- image/png");
    const web = new Blob([PNG]).stream();
    const old = { locked: false, getReader: () => web.getReader() };
    assert.equal(await nameAndType(old), "- image/png");
  });

  it("a data: URL, base64 or not", async () => {
    const base64 = PNG.toString("base64");
    assert.equal(await nameAndType(`data:image/png;base64,${base64}`), "- image/png");
    assert.equal(await nameAndType(`data:;base64,${base64.replaceAll("=", "")}`), "- image/png");
    const [text] = await resolveFiles(["data:text/csv,a%2Cb%0A1%2C2%25"]);
    assert.match(text?.kind === "text" ? text.text : "", /\| 1 \| 2% \|/);
    assert.match(await message("data:image/png;base64,a"), /a data: URL\) is not valid base64/);
    assert.match(await message("data:image/png;base64,**"), /is not valid base64/);
    assert.match(await message("data:text/plain,%zz"), /broken percent escape/);
    assert.match(await message("data:text/plain"), /without a comma/);
  });

  it("nowhere: with a reason and a remedy", async () => {
    writeFileSync(join(folder, "report.pdf"), "x");
    const missing = await rejectionOf(MediaError, resolveFiles([PNG, join(folder, "reprot.pdf")]));
    assert.match(missing.message, /reprot\.pdf" does not exist\. Did you mean "report\.pdf"\?$/);
    assert.equal(missing.details.file, join(folder, "reprot.pdf"));
    assert.equal(missing.details.index, 1);
    assert.match(await message(join(folder, "none", "a.png")), /There is no folder .*none/);
    assert.match(await message("~/cat.png"), new RegExp(`write ${homedir()}.cat\\.png`));
    assert.match(await message(folder), /is a folder\. Give the files in it\./);
    assert.match(await message(""), /files\[0\] is an empty text/);
    assert.match(await message("ftp://host/a.png"), /scheme "ftp", which is not served/);
    assert.match(await message("first line\nsecond"), /which is no path\. Text that is no file/);
    assert.match(await message("http://["), /is not a valid URL/);
    if (process.platform !== "win32") {
      assert.match(await message("file://host/a.png"), /is not the URL of a file here/);
    }
    assert.match(await message(new Uint8Array(0)), /files\[0\] \(an? Uint8Array\) is empty/);
    for (const wrong of [7, null, undefined, {}, [], Symbol("x"), () => 1]) {
      assert.match(await message(wrong), /^The file files\[0\] is .*Give a path, a URL/);
    }
  });

  it("what is no regular file, without waiting for it", async function () {
    if (process.platform === "win32") this.skip();
    const fifo = join(folder, "fifo");
    execFileSync("mkfifo", [fifo]);
    assert.match(await message(fifo), /is a pipe, and no regular file/);
    assert.match(await message("/dev/zero"), /is a device, and no regular file/);
    symlinkSync("/dev/zero", join(folder, "link.png"));
    assert.match(await message(join(folder, "link.png")), /is a device/);
    const socket = join(folder, "socket");
    const server = createServer().listen(socket);
    await new Promise((resolve) => server.once("listening", resolve));
    assert.match(await message(socket), /is a socket/);
    server.close();
    // Its size is 0, and it has an end.
    const [text] = await resolveFiles(["/proc/self/status"]);
    assert.match(text?.kind === "text" ? text.text : "", /Name:/);
  });

  it("what may not be read, says so", async function () {
    if (process.platform === "win32" || process.getuid?.() === 0) this.skip();
    const path = join(folder, "secret");
    writeFileSync(path, "x", { mode: 0 });
    assert.match(await message(path), /cannot be read: EACCES/);
  });

  it("a stream that fails, that was read, or that has other things in it", async () => {
    const failing = new Readable({
      read() {
        this.destroy(new Error("the tape is torn"));
      },
    });
    assert.match(await message(failing), /cannot be read: the tape is torn/);
    const used = Readable.from([PNG]);
    used.resume();
    await new Promise((resolve) => used.once("data", resolve));
    assert.match(await message(used), /stream that was read already/);
    const locked = new Blob([PNG]).stream();
    locked.getReader();
    assert.match(await message(locked), /stream that was read already/);
    assert.match(await message(Readable.from([{ a: 1 }])), /is a stream of objects/);
  });

  it("a source that is too large, reading no more than needed", async () => {
    const limits = { bytes: 1000 };
    let given = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          given += 400;
          yield await Promise.resolve(new Uint8Array(400));
        }
      } finally {
        given = -given;
      }
    };
    const blob = new Blob([new Uint8Array(1001)]);
    const inputs = [endless(), blob, new Uint8Array(1001), `data:,${"x".repeat(3100)}`];
    for (const input of [...inputs, fixturePath("report.pdf")]) {
      const error = await rejectionOf(MediaError, resolveFiles([input], { limits }));
      assert.match(
        error.message,
        /has more than 1000 bytes\. Give a smaller one, or raise file_limits\.bytes/,
      );
    }
    // It was stopped, and told so.
    assert.equal(given, -1200);
    const together = resolveFiles([PNG, PNG], { limits: { total_bytes: PNG.length + 1 } });
    assert.match(String(await rejection(together)), /larger than \d+ bytes together/);
  });

  it("a source that never ends its waiting, until the signal aborts", async () => {
    const controller = new AbortController();
    const silent = new PassThrough();
    const waiting = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          queueMicrotask(() => {
            controller.abort("enough");
          });
          return new Promise<IteratorResult<Uint8Array>>(() => undefined);
        },
      }),
    };
    const call = resolveFiles([silent, waiting], { signal: controller.signal });
    assert.equal(await rejection(call), "enough");
    assert.ok(silent.destroyed);
    const before = resolveFiles([PNG], { signal: AbortSignal.abort("before") });
    assert.equal(await rejection(before), "before");
  });

  it("many sources, in their order; the first failure stops the others", async () => {
    mkdirSync(join(folder, "many"));
    const inputs = Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0 ? PNG : Buffer.from(`text ${String(index)}`),
    );
    const files = await resolveFiles(inputs);
    assert.equal(files.map(({ kind }) => kind[0]).join(""), "it".repeat(10));
    assert.match(files[19]?.kind === "text" ? files[19].text : "", /text 19/);
    const silent = new PassThrough();
    const error = await rejectionOf(MediaError, resolveFiles([silent, join(folder, "none.png")]));
    assert.match(error.message, /none\.png/);
    assert.ok(silent.destroyed);
    assert.deepEqual(await resolveFiles([]), []);
  });
});
