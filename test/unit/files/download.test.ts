import assert from "node:assert/strict";
import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { LookupFunction } from "node:net";
import { gzipSync, brotliCompressSync } from "node:zlib";
import { MediaError } from "../../../src/errors.js";
import { resolveFiles, type ResolveOptions } from "../../../src/files.js";
import { FileServer } from "../../helpers/file-server.js";
import { fixture } from "../../helpers/documents.js";
import { rejection, rejectionOf } from "../../helpers/rejection.js";

const JPEG = fixture("halves.jpg");

/** Looks up every host as these addresses, one list after the other. */
function fakeLookup(
  ...answers: readonly (readonly string[])[]
): LookupFunction & { calls: number } {
  const lookup = (
    _host: string,
    settings: { all?: boolean | undefined },
    callback: (error: null, found: string | LookupAddress[], family?: number) => void,
  ): void => {
    const addresses = (answers[Math.min(lookup.calls++, answers.length - 1)] ?? []).map(
      (address) => ({ address, family: address.includes(":") ? 6 : 4 }),
    );
    const [first] = addresses;
    if (settings.all === true) callback(null, addresses);
    else callback(null, first?.address ?? "", first?.family);
  };
  lookup.calls = 0;
  return lookup;
}

describe("a download", () => {
  let server: FileServer;
  let open: ServerResponse | undefined;
  const local: ResolveOptions = { allowLocalAddresses: true };

  before(async () => {
    server = await FileServer.start({
      "/picture": (_, response) => {
        response.setHeader("content-disposition", `attachment; filename="../../a cat.jpg"`);
        response.end(JPEG);
      },
      "/table.csv": (_, response) => {
        response.setHeader("content-type", "text/plain; charset=iso-8859-1");
        response.end(Buffer.from("name,city\nA,Z\xfcrich\n", "latin1"));
      },
      "/gzip": (_, response) => {
        response.setHeader("content-encoding", "gzip").end(gzipSync(JPEG));
      },
      "/brotli": (_, response) => {
        response.setHeader("content-encoding", "br").end(brotliCompressSync(JPEG));
      },
      "/unknown-encoding": (_, response) => {
        response.setHeader("content-encoding", "zstd").end(JPEG);
      },
      "/bomb": (_, response) => {
        response.setHeader("content-encoding", "gzip").end(gzipSync(Buffer.alloc(50 * 2 ** 20)));
      },
      "/not-gzip": (_, response) => {
        response.setHeader("content-encoding", "gzip").end(JPEG);
      },
      "/claims-huge": (_, response) => {
        response.setHeader("content-length", String(2 ** 40));
        response.write("x");
      },
      "/endless": (_, response) => {
        const piece = Buffer.alloc(2 ** 16);
        const go = (): void => {
          while (!response.destroyed && response.write(piece));
          response.once("drain", go);
        };
        go();
      },
      "/cut": (_, response) => {
        response.setHeader("content-length", String(JPEG.length * 2));
        response.write(JPEG, () => response.destroy());
      },
      "/hang": (_, response) => {
        response.setHeader("content-length", "1000");
        response.write("x");
        open = response;
      },
      "/to-picture": (_, response) => {
        response.writeHead(302, { location: "/picture" }).end();
      },
      "/around": (_, response) => {
        response.writeHead(301, { location: "/around" }).end();
      },
      "/to-neighbour": (_, response) => {
        const location = server.url("/picture").replace("127.0.0.1", "127.0.0.2");
        response.writeHead(307, { location }).end();
      },
      "/to-file": (_, response) => {
        response.writeHead(301, { location: "file:///etc/passwd" }).end();
      },
      "/to-nowhere": (_, response) => {
        response.writeHead(301, { location: "http://[" }).end();
      },
      "/private": (_, response) => {
        response.writeHead(403, "Forbidden").end();
      },
      "/empty": (_, response) => {
        response.end();
      },
    });
  });

  after(async () => {
    await server.stop();
  });

  it("gives the file with the name that the server says, without a folder", async () => {
    const [file] = await resolveFiles([server.url("/picture")], local);
    assert.ok(file?.kind === "image");
    assert.equal(file.name, "a cat.jpg");
    assert.deepEqual(file.source, { bytes: new Uint8Array(JPEG) });
  });

  it("follows redirects, and decompresses", async () => {
    for (const path of ["/to-picture", "/gzip", "/brotli"]) {
      const [file] = await resolveFiles([new URL(server.url(path))], local);
      assert.equal(file?.type, "image/jpeg", path);
    }
  });

  it("reads a text in the charset that the server declares, by the name in the URL", async () => {
    const [file] = await resolveFiles([server.url("/table.csv?secret=1")], local);
    assert.ok(file?.kind === "text");
    assert.match(file.text, /^File "table\.csv" \(CSV table, 2 columns, 1 row\)/);
    assert.match(file.text, /Zürich/);
  });

  it("reports how far it is", async () => {
    const seen: unknown[] = [];
    const onProgress = (progress: unknown): number => seen.push(progress);
    await resolveFiles([server.url("/picture")], { ...local, onProgress });
    assert.deepEqual(seen.at(-1), { stage: "download", done: JPEG.length, total: JPEG.length });
  });

  it("stops at the limit, whatever the server says and however it compresses", async () => {
    const limits = { bytes: 2 ** 20 };
    for (const path of ["/claims-huge", "/endless", "/bomb"]) {
      const error = await rejectionOf(
        MediaError,
        resolveFiles([server.url(path)], { ...local, limits }),
      );
      assert.match(error.message, /has more than 1 MiB\. Give a smaller one/, path);
      assert.equal(error.details.limit, "bytes");
    }
  });

  it("fails with the reason when it does not come to its end", async () => {
    const cases: Record<string, RegExp> = {
      "/cut": /could not be downloaded to its end: aborted/,
      "/not-gzip": /could not be downloaded to its end: incorrect header/,
      "/unknown-encoding": /comes in the encoding "zstd"/,
      "/missing": /the server answers 404 Not Here/,
      "/private": /answers 403 Forbidden\. The server asks for credentials/,
      "/around": /behind more than 5 redirects/,
      "/to-file": /leads to a URL of the scheme "file:"/,
      "/to-nowhere": /redirected to what is no URL/,
      "/empty": /is empty/,
    };
    for (const [path, message] of Object.entries(cases)) {
      const error = await rejectionOf(MediaError, resolveFiles([server.url(path)], local));
      assert.match(error.message, message, path);
      assert.equal(error.details.file, server.url(path));
    }
  });

  it("stops when the signal says so, with its reason, and closes the connection", async () => {
    const controller = new AbortController();
    const call = resolveFiles([server.url("/hang")], { ...local, signal: controller.signal });
    const reason = await rejectionOnce(call, async () => {
      while (open === undefined) await new Promise(setImmediate);
      controller.abort("enough");
      await once(open, "close");
    });
    assert.equal(reason, "enough");
    open = undefined;
  });

  it("has a time limit", async () => {
    const limits = { seconds: 0.2 };
    const call = resolveFiles([server.url("/hang")], { ...local, limits });
    const error = await rejectionOf(MediaError, call);
    assert.match(error.message, /takes longer than 0\.2 s\. Raise file_limits\.seconds/);
  });

  it("shows no credentials and no queries", async () => {
    const url = `http://user:pass@127.0.0.1:${String(server.port)}/missing?token=abc#frag`;
    const error = await rejectionOf(MediaError, resolveFiles([url], local));
    assert.ok(
      !/user|pass|token|abc|frag/.test(JSON.stringify(error) + error.message),
      error.message,
    );
    const header = server.headers.at(-1)?.["authorization"];
    assert.equal(header, `Basic ${Buffer.from("user:pass").toString("base64")}`);
  });

  describe("to an address of this machine or its network", () => {
    it("is refused before anything is sent", async () => {
      const before = server.requests.length;
      const port = String(server.port);
      for (const host of [
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
        "0",
      ]) {
        const url = `http://${host}:${port}/picture`;
        const error = await rejectionOf(MediaError, resolveFiles([url]));
        assert.match(error.message, /which is no public address.*allow_local_addresses/, host);
      }
      assert.equal(server.requests.length, before);
    });

    it("is refused when a name means it, also among others, and at a second look", async () => {
      const url = `http://files.example:${String(server.port)}/picture`;
      const before = server.requests.length;
      for (const lookup of [
        fakeLookup(["127.0.0.1"]),
        fakeLookup(["93.184.216.34", "10.0.0.1"]),
        fakeLookup(["fd00::1"]),
      ]) {
        const error = await rejectionOf(MediaError, resolveFiles([url], { lookup }));
        assert.match(error.message, /no public address/);
        // The answer that was checked is the one that would have been connected to.
        assert.equal(lookup.calls, 1);
      }
      assert.equal(server.requests.length, before);
    });

    it("is refused when a redirect leads there", async () => {
      // To this test, the server is a public host, and its neighbour a private one.
      const isLocal = (address: string): boolean => address !== "127.0.0.1";
      const before = server.requests.length;
      const call = resolveFiles([server.url("/to-neighbour")], { isLocal });
      const error = await rejectionOf(MediaError, call);
      assert.match(error.message, /is at 127\.0\.0\.2, which is no public address/);
      assert.equal(server.requests.length, before + 1);
      assert.equal((await resolveFiles([server.url("/to-picture")], { isLocal })).length, 1);
    });
  });
});

/** What a promise rejects with, while something else is done. */
async function rejectionOnce(
  promise: Promise<unknown>,
  work: () => Promise<void>,
): Promise<unknown> {
  const [reason] = await Promise.all([rejection(promise), work()]);
  return reason;
}
