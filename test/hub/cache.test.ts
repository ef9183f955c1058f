import assert from "node:assert/strict";
import { mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { ModelNotFoundError } from "../../src/errors.js";
import { checkpointPath } from "../helpers/checkpoints.js";
import { filesOf } from "../helpers/fake-hub/fake-hub.js";
import { rejectionOf } from "../helpers/rejection.js";
import { useHub } from "./setup.js";

interface Listing {
  readonly commit: string;
  /** Path, and what it leads to or has in it; contents of blobs are their names. */
  readonly entries: Readonly<Record<string, string>>;
}

/** The fixture's repository: test/fixtures/hub/make.py has the same. */
const FILES = {
  "config.json": '{"model_type": "llama"}',
  "model.safetensors": "these are weights",
  "tokenizer.json": "{}",
  "README.md": "# a model",
};

describe("the cache that Python's huggingface_hub shares", () => {
  const hub = useHub();

  it("has the layout that huggingface_hub makes", async () => {
    const { fake, fetch, cache } = hub();
    fake.add("owner/name", FILES);
    const { commit } = await fetch("owner/name");
    const fixture = new URL("../fixtures/hub/cache.json", import.meta.url);
    const python = JSON.parse(await readFile(fixture, "utf8")) as Listing;
    assert.equal(commit, python.commit);
    const ours = await entriesOf(join(cache, "hub"));
    for (const [path, content] of Object.entries(python.entries)) {
      // Python takes everything; we take what is needed, and no README.
      if (/README[.]md$|85c0068a58efe6c1/.test(path)) continue;
      if (path.endsWith("CACHEDIR.TAG")) assert.match(ours[path] ?? "", /^Signature: 8a477f597d28/);
      else assert.equal(ours[path], path.includes("/trees/") ? withoutXet(content) : content, path);
    }
    // Besides: what was looked for in vain. Nothing else.
    const more = Object.keys(ours).filter((path) => !(path in python.entries));
    assert.deepEqual(
      more.filter((path) => !path.includes("/.no_exist/")),
      [],
    );
  });

  it("is used as Python has left it, without a request where none is allowed", async () => {
    const { fake, fetch, cache } = hub();
    const fixture = new URL("../fixtures/hub/cache.json", import.meta.url);
    const { entries, commit } = JSON.parse(await readFile(fixture, "utf8")) as Listing;
    for (const hasTree of [true, false]) {
      await rm(join(cache, "hub"), { recursive: true, force: true });
      await makeEntries(join(cache, "hub"), entries, hasTree);
      const offline = await fetch("owner/name", { local_files_only: true });
      assert.equal(offline.commit, commit);
      assert.equal(
        await readFile(join(offline.path, "model.safetensors"), "utf8"),
        FILES["model.safetensors"],
      );
      assert.equal(fake.requests.length, 0);
      const byCommit = await fetch(`owner/name@${commit}`, { local_files_only: true });
      assert.deepEqual(byCommit.path, offline.path);
    }
    fake.add("owner/name", FILES);
    await fetch("owner/name");
    assert.equal(fake.downloads.length, 0);
  });

  it("serves alone when the Hub cannot be reached, and says so", async () => {
    const { fake, fetch, logs } = hub();
    fake.add("owner/name", filesOf(checkpointPath("llama")));
    const online = await fetch("owner/name");
    for (const fault of [
      { kind: "reset" },
      { kind: "status", status: 500 },
      { kind: "status", status: 429, headers: { "retry-after": "9000" } },
      { kind: "status", status: 401 },
    ] as const) {
      logs.length = 0;
      fake.fault = () => fault;
      assert.deepEqual(await fetch("owner/name"), online);
      assert.match(logs.find(([level]) => level === "warn")?.[1] ?? "", /of the cache is used/);
    }
    fake.fault = () => undefined;
    fake.remove("owner/name");
    assert.deepEqual(await fetch("owner/name"), online);
  });

  it("does not serve what is not complete, nor what was not asked for", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name", { "a-Q8_0.gguf": "a", "a-Q4_0.gguf": "b", "config.json": "{}" });
    await fetch("owner/name:Q8_0");
    const offline = { local_files_only: true };
    await fetch("owner/name:Q8_0", offline);
    assert.match((await fetch("owner/name", offline)).path, /a-Q8_0\.gguf$/);
    const error = await rejectionOf(ModelNotFoundError, fetch("owner/name:Q4_0", offline));
    assert.match(error.message, /is not in the cache, .*local_files_only forbids to download it/);
    await rejectionOf(ModelNotFoundError, fetch("owner/other", offline));
    await rejectionOf(ModelNotFoundError, fetch("owner/name@dev", offline));
  });

  it("brings back a blob that somebody removed", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name", { "a-Q8_0.gguf": "content" });
    const { path } = await fetch("owner/name");
    await rm(join(dirname(path), await readlink(path)));
    assert.equal(await readFile((await fetch("owner/name")).path, "utf8"), "content");
  });
});

/** Where Python could fetch a file in another way, which we do not. */
function withoutXet(tree: string): string {
  return tree.replaceAll(/,\s+"xet_hash": "[\da-f]+"/g, "");
}

async function entriesOf(root: string): Promise<Record<string, string>> {
  const entries: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(root.length + 1);
    if (entry.isSymbolicLink()) entries[name] = `-> ${await readlink(path)}`;
    else if (entry.isFile()) entries[name] = await readFile(path, "utf8");
  }
  return entries;
}

async function makeEntries(
  root: string,
  entries: Listing["entries"],
  hasTree: boolean,
): Promise<void> {
  for (const [name, content] of Object.entries(entries)) {
    if (!hasTree && name.includes("/trees/")) continue;
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    if (content.startsWith("-> ")) await symlink(content.slice(3), path);
    else await writeFile(path, content);
  }
}
