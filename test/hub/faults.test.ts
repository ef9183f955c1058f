import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { ProviderConnectionError, ResourceError } from "../../src/errors.js";
import type { Fault } from "../helpers/fake-hub/fake-hub.js";
import { rejectionOf } from "../helpers/rejection.js";
import { useHub } from "./setup.js";

const MIB = 1024 * 1024;

describe("downloading over bad connections", () => {
  const hub = useHub();

  it("survives every fault that passes, wherever it comes", async () => {
    const { fake, fetch } = hub();
    const faults: Fault[] = [
      { kind: "status", status: 500 },
      { kind: "status", status: 503, headers: { "retry-after": "0" } },
      { kind: "status", status: 429, headers: { "retry-after": "0" } },
      { kind: "status", status: 429, headers: { ratelimit: '"api";r=0;t=0' } },
      { kind: "cut", bytes: 100_000 },
      { kind: "cut", bytes: 0 },
      { kind: "reset" },
    ];
    let count = 0;
    for (const fault of faults) {
      for (const times of [1, 2]) {
        const content = randomBytes(2 * MIB);
        fake.add(`owner/name${String(++count)}`, { "name-Q8_0.gguf": content, "a.txt": "a" });
        const seen = new Map<string, number>();
        fake.fault = ({ path }) => {
          seen.set(path, (seen.get(path) ?? 0) + 1);
          return (seen.get(path) ?? 0) > times ? undefined : fault;
        };
        const { path } = await fetch(`owner/name${String(count)}`);
        assert.ok((await readFile(path)).equals(content), `${fault.kind} ${String(times)}`);
      }
    }
  });

  it("gets there in small steps, when every connection is cut", async () => {
    const { fake, fetch } = hub();
    const content = randomBytes(3 * MIB);
    fake.add("owner/name", { "name-Q8_0.gguf": content });
    fake.fault = ({ server }) => (server === "cdn" ? { kind: "cut", bytes: 200_000 } : undefined);
    const { path } = await fetch("owner/name");
    assert.ok((await readFile(path)).equals(content));
    assert.ok(fake.downloads.length > 10);
  });

  it("takes the whole file from a server without ranges", async () => {
    const { fake, fetch } = hub();
    const content = randomBytes(20 * MIB);
    fake.add("owner/name", { "name-Q8_0.gguf": content });
    let cuts = 0;
    fake.fault = ({ server }) => {
      if (server !== "cdn") return undefined;
      return cuts++ === 0 ? { kind: "cut", bytes: 9 * MIB } : { kind: "whole" };
    };
    const { path } = await fetch("owner/name");
    assert.ok((await readFile(path)).equals(content));
  });

  it("downloads again what came damaged, and never shows it", async () => {
    const { fake, fetch, logs, cache } = hub();
    const content = randomBytes(2 * MIB);
    fake.add("owner/name", { "name-Q8_0.gguf": content });
    let damaged = 2;
    fake.fault = ({ server }) =>
      server === "cdn" && damaged-- > 0 ? { kind: "corrupt" } : undefined;
    assert.ok((await readFile((await fetch("owner/name")).path)).equals(content));
    assert.equal(
      logs.filter(([level, text]) => level === "warn" && text.includes("damaged")).length,
      2,
    );

    fake.add("owner/other", { "name-Q8_0.gguf": randomBytes(1000), "b.txt": "" });
    fake.fault = ({ server }) => (server === "cdn" ? { kind: "corrupt" } : undefined);
    const error = await rejectionOf(ProviderConnectionError, fetch("owner/other"));
    assert.match(error.message, /came damaged from .*, 3 times.*changes files/);
    const folder = join(cache, "hub", "models--owner--other");
    assert.deepEqual(await readdir(join(folder, "blobs")), []);
    assert.ok(!(await readdir(folder)).includes("snapshots"));
  });

  it("verifies small files by git's hash", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name", { "config.json": "{}", "model.safetensors": "weights" });
    fake.fault = ({ path }) =>
      /resolve-cache.*config/.test(path) ? { kind: "corrupt" } : undefined;
    const error = await rejectionOf(ProviderConnectionError, fetch("owner/name"));
    assert.match(error.message, /config\.json of owner\/name came damaged/);
  });

  it("gives up when nothing comes any more, and keeps what came", async () => {
    const { fake, fetch } = hub();
    const content = randomBytes(4 * MIB);
    fake.add("owner/name", { "name-Q8_0.gguf": content });
    fake.fault = ({ server, index }) => {
      if (server !== "cdn") return undefined;
      return index < 5 ? { kind: "cut", bytes: 2 * MIB } : { kind: "reset" };
    };
    const error = await rejectionOf(ProviderConnectionError, fetch("owner/name"));
    assert.match(error.message, /cannot be downloaded: .*What was downloaded is kept/);
    fake.fault = () => undefined;
    fake.requests.length = 0;
    assert.ok((await readFile((await fetch("owner/name")).path)).equals(content));
    assert.match(fake.downloads[0]?.range ?? "", /^bytes=[1-9]/);
  });

  it("gives up a server that says nothing", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name", { "name-Q8_0.gguf": "model" });
    fake.fault = ({ server }) =>
      server === "cdn"
        ? { kind: "pause", bytes: 0, until: new Promise(() => undefined) }
        : undefined;
    const settings = { idleTimeoutMs: 20 };
    const error = await rejectionOf(ProviderConnectionError, fetch("owner/name", { settings }));
    assert.match(error.message, /says nothing for 0\.02 s/);
  });

  it("waits as long as a server asks for, and not for hours", async () => {
    const { fake, fetch, logs } = hub();
    fake.add("owner/name", { "name-Q8_0.gguf": "model" });
    fake.fault = ({ index }) =>
      index === 0 ? { kind: "status", status: 429, headers: { "retry-after": "7200" } } : undefined;
    const error = await rejectionOf(ProviderConnectionError, fetch("owner/name"));
    assert.match(error.message, /limits how often it may be asked, and wants 7200 s of rest/);
    assert.equal(error.details["retry_after_seconds"], 7200);
    assert.deepEqual(logs, []);
  });

  it("asks for room on the disk first", async () => {
    const { fake, fetch } = hub();
    const claimedSizes = { "name-Q8_0.gguf": 2 ** 52 };
    fake.add("owner/name", { "name-Q8_0.gguf": "model" }, { claimedSizes });
    const error = await rejectionOf(ResourceError, fetch("owner/name", { memory: 2 ** 53 }));
    assert.equal(error.details.needed_bytes, 2 ** 52);
    assert.ok((error.details.available_bytes ?? 0) > 0);
    assert.equal(fake.downloads.length, 0);
  });

  it("refuses files of another size than the listing says", async () => {
    const { fake, fetch } = hub();
    for (const [name, size] of [
      ["owner/more", 3],
      ["owner/less", 30],
    ] as const) {
      fake.add(name, { "name-Q8_0.gguf": "model" }, { claimedSizes: { "name-Q8_0.gguf": size } });
      const error = await rejectionOf(ProviderConnectionError, fetch(name));
      assert.match(error.message, /sends another range than it was asked for/);
    }
  });

  it("has the right bytes after any series of cuts", async () => {
    const { fake, fetch } = hub();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 * MIB }),
        fc.array(fc.integer({ min: 1, max: 3 * MIB }), { maxLength: 8 }),
        async (size, cuts) => {
          const content = randomBytes(size);
          const name = `owner/p${String(++count)}`;
          fake.add(name, { "name-Q8_0.gguf": content });
          const left = [...cuts];
          fake.fault = ({ server }) => {
            const bytes = server === "cdn" ? left.shift() : undefined;
            return bytes === undefined ? undefined : { kind: "cut", bytes };
          };
          assert.ok((await readFile((await fetch(name)).path)).equals(content));
        },
      ),
      { numRuns: 20 },
    );
  });
});
