import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { checkpointPath } from "../helpers/checkpoints.js";
import { filesOf } from "../helpers/fake-hub/fake-hub.js";
import { rejection } from "../helpers/rejection.js";
import { useHub } from "./setup.js";

const MIB = 1024 * 1024;

describe("downloading from the Hub", () => {
  const hub = useHub();

  it("brings a checkpoint's needed files, and no others", async () => {
    const { fake, fetch, cache } = hub();
    const files = filesOf(checkpointPath("llama"));
    fake.add("owner/name", { ...files, "README.md": "# hello", "pytorch_model.bin": "pickle" });
    const { path, kind, commit } = await fetch("owner/name");
    assert.equal(kind, "checkpoint");
    assert.equal(path, join(cache, "hub", "models--owner--name", "snapshots", commit));
    for (const name of ["config.json", "model.safetensors", "tokenizer.json"]) {
      assert.deepEqual(await readFile(join(path, name)), files[name], name);
      assert.match(await readlink(join(path, name)), /^\.\.\/\.\.\/blobs\/[\da-f]{40,64}$/);
    }
    await assert.rejects(stat(join(path, "README.md")));
    await assert.rejects(stat(join(path, "pytorch_model.bin")));
  });

  it("brings the shards that an index names", async () => {
    const { fake, fetch } = hub();
    const shard = (n: number): string => `model-0000${String(n)}-of-00002.safetensors`;
    fake.add("owner/name", {
      "config.json": "{}",
      "model.safetensors.index.json": JSON.stringify({
        weight_map: { a: shard(1), b: shard(2), c: shard(1) },
      }),
      [shard(1)]: "one",
      [shard(2)]: "two",
      "other.safetensors": "three",
    });
    const { path } = await fetch("owner/name");
    assert.equal(await readFile(join(path, shard(2)), "utf8"), "two");
    await assert.rejects(stat(join(path, "other.safetensors")));
  });

  it("brings large files in ranges, several at a time, byte for byte", async () => {
    const { fake, fetch, progress } = hub();
    const content = randomBytes(40 * MIB + 12_345);
    fake.add("owner/name", { "big-Q8_0.gguf": content });
    const { path } = await fetch("owner/name");
    assert.ok((await readFile(path)).equals(content));
    const ranges = fake.requests.filter(({ server }) => server === "cdn");
    assert.ok(ranges.length >= 4, String(ranges.length));
    assert.ok(ranges.every(({ range }) => /^bytes=\d+-\d+$/.test(range ?? "")));
    assert.deepEqual(progress.at(-1)?.done, content.length);
    assert.ok(
      progress.every(({ stage, total }) => stage === "download" && total === content.length),
    );
    const done = progress.map((event) => event.done);
    assert.deepEqual(
      done,
      done.toSorted((a, b) => a - b),
    );
    assert.ok((progress.at(-1)?.bytes_per_second ?? 0) > 0);
  });

  it("finds it all there the next time, and asks only which commit is meant", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name", filesOf(checkpointPath("llama")));
    const first = await fetch("owner/name");
    fake.requests.length = 0;
    assert.deepEqual(await fetch("owner/name"), first);
    assert.deepEqual(
      fake.requests.map(({ path }) => path),
      ["/api/models/owner/name/revision/main"],
    );
    fake.requests.length = 0;
    assert.equal((await fetch(`owner/name@${first.commit}`)).path, first.path);
    assert.deepEqual(fake.requests, []);
  });

  it("brings of a new commit only what has changed", async () => {
    const { fake, fetch } = hub();
    const files = filesOf(checkpointPath("llama"));
    const repository = fake.add("owner/name", files);
    const before = await fetch("owner/name");
    repository.commit({ ...files, "config.json": Buffer.from(`${String(files["config.json"])} `) });
    fake.requests.length = 0;
    const after = await fetch("owner/name");
    assert.notEqual(after.commit, before.commit);
    assert.equal(fake.downloads.length, 1);
    assert.equal((await stat(join(before.path, "config.json"))).size, files["config.json"]?.length);
  });

  it("gives revisions, quantizations and files what they name", async () => {
    const { fake, fetch } = hub();
    const repository = fake.add("owner/name", {
      "name-Q4_K_M.gguf": "four",
      "name-Q8_0.gguf": "eight",
      "sub/name-IQ2_XS.gguf": "two",
    });
    repository.tags.set("v1", repository.commit({ "old-Q4_K_M.gguf": "old" }, "dev"));
    for (const [model, text] of [
      ["owner/name:Q4_K_M", "four"],
      ["owner/name:q8_0", "eight"],
      ["owner/name/sub/name-IQ2_XS.gguf", "two"],
      ["owner/name@v1", "old"],
      ["owner/name@dev:Q4_K_M", "old"],
      [`hf://owner/name/name-Q8_0.gguf`, "eight"],
    ] as const) {
      assert.equal(await readFile((await fetch(model)).path, "utf8"), text, model);
    }
    const byOption = await fetch("owner/name", { revision: "v1" });
    assert.equal(await readFile(byOption.path, "utf8"), "old");
  });

  it("brings all parts of a split file, and the projector that belongs to it", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name", {
      "Q8_0/name-Q8_0-00001-of-00002.gguf": "one",
      "Q8_0/name-Q8_0-00002-of-00002.gguf": "two",
      "mmproj-name-f16.gguf": "eyes",
      "mmproj-name-f32.gguf": "better eyes",
    });
    const { path, projector, files } = await fetch("owner/name");
    assert.match(path, /Q8_0-00001-of-00002\.gguf$/);
    assert.equal(await readFile(path.replace("00001-of", "00002-of"), "utf8"), "two");
    assert.equal(await readFile(projector ?? "", "utf8"), "eyes");
    assert.equal(files.length, 3);
  });

  it("reads listings page by page", async () => {
    const { fake, fetch } = hub();
    fake.pageSize = 2;
    fake.add("owner/name", { "a.txt": "a", "b.txt": "b", "c.txt": "c", "z-Q4_0.gguf": "model" });
    assert.equal(await readFile((await fetch("owner/name")).path, "utf8"), "model");
  });

  it("brings empty files", async () => {
    const { fake, fetch } = hub();
    const files = { "config.json": "{}", "model.safetensors": "w", "chat_template.jinja": "" };
    fake.add("owner/name", files);
    const { path } = await fetch("owner/name");
    assert.equal(await readFile(join(path, "chat_template.jinja"), "utf8"), "");
  });

  it("downloads once what many ask for at the same time", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name", { "name-Q8_0.gguf": randomBytes(3 * MIB) });
    const found = await Promise.all(Array.from({ length: 5 }, () => fetch("owner/name")));
    assert.equal(new Set(found.map(({ path }) => path)).size, 1);
    assert.equal(fake.downloads.length, 1);
  });

  it("says nothing on its own, however many share a signal", async () => {
    const { fake, fetch } = hub();
    const { signal } = new AbortController();
    const warnings: Error[] = [];
    const listen = (warning: Error): void => {
      warnings.push(warning);
    };
    process.on("warning", listen);
    const names = Array.from({ length: 12 }, (_, index) => `owner/name${String(index)}`);
    for (const name of names) fake.add(name, { "a-Q8_0.gguf": name, "config.json": "{}" });
    await Promise.all(names.map((name) => fetch(name, { signal })));
    // Warnings come a turn later.
    await new Promise(setImmediate);
    process.off("warning", listen);
    assert.deepEqual(warnings, []);
  });

  it("goes on where an aborted download was", async () => {
    const { fake, fetch, cache } = hub();
    const content = randomBytes(6 * MIB);
    fake.add("owner/name", { "name-Q8_0.gguf": content });
    const controller = new AbortController();
    const reason = new Error("enough");
    const paused = new Promise(() => undefined);
    fake.fault = ({ server }) =>
      server === "cdn" ? { kind: "pause", bytes: 4 * MIB, until: paused } : undefined;
    const running = fetch("owner/name", { signal: controller.signal });
    const { progress } = hub();
    while ((progress.at(-1)?.done ?? 0) < 3 * MIB) await new Promise(setImmediate);
    controller.abort(reason);
    assert.equal(await rejection(running), reason);
    const blobs = join(cache, "hub", "models--owner--name", "blobs");
    assert.equal((await readdir(blobs)).filter((name) => name.endsWith(".incomplete")).length, 2);

    fake.fault = () => undefined;
    fake.requests.length = 0;
    const { path } = await fetch("owner/name");
    assert.ok((await readFile(path)).equals(content));
    const [first] = fake.downloads;
    assert.ok(Number(/=(\d+)-/.exec(first?.range ?? "")?.[1]) >= 3 * MIB, first?.range);
    assert.equal((await readdir(blobs)).length, 1);
  });

  it("does nothing when it is aborted before", async () => {
    const { fake, fetch } = hub();
    const reason = new Error("no");
    const signal = AbortSignal.abort(reason);
    assert.equal(await rejection(fetch("owner/name", { signal })), reason);
    assert.deepEqual(fake.requests, []);
  });

  it("makes files instead of links where links are not wanted", async () => {
    const { fake, fetch } = hub();
    const repository = fake.add("owner/name", { "name-Q8_0.gguf": "model" });
    const settings = { symlinks: false };
    const { path } = await fetch("owner/name", { settings });
    assert.equal(await readFile(path, "utf8"), "model");
    await assert.rejects(readlink(path));
    fake.requests.length = 0;
    assert.equal((await fetch("owner/name", { settings })).path, path);
    assert.equal(fake.downloads.length, 0);
    repository.commit({ "name-Q8_0.gguf": "model", "more.txt": "" });
    assert.equal(await readFile((await fetch("owner/name", { settings })).path, "utf8"), "model");
  });

  it("takes a part for what it is: of another size, or without its journal, it is nothing", async () => {
    const { fake, fetch, cache } = hub();
    const content = randomBytes(2 * MIB);
    fake.add("owner/name", { "name-Q8_0.gguf": content });
    const { path, files } = await fetch("owner/name");
    const blobs = join(cache, "hub", "models--owner--name", "blobs");
    const hash = files[0]?.sha256 ?? "";
    for (const journal of [
      undefined,
      "abstractllm ranges 1 of 5\n\n0 5\n",
      `abstractllm ranges 1 of ${String(content.length)}\n\n0 999999999\n\n7 3\n\n-1 5\n\nx\n\n0 1`,
    ]) {
      await rm(join(blobs, hash));
      await writeFile(join(blobs, `${hash}.abstractllm.incomplete`), Buffer.alloc(content.length));
      const note = join(blobs, `${hash}.abstractllm-ranges.incomplete`);
      if (journal !== undefined) await writeFile(note, journal);
      assert.ok((await readFile((await fetch("owner/name")).path)).equals(content));
    }
    assert.ok((await readFile(path)).equals(content));
  });
});
