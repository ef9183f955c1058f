import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { InvalidRequestError } from "../../src/errors.js";
import { RepoCache } from "../../src/hub/cache-layout.js";
import { removeCached } from "../../src/hub/remove-cached.js";
import { scanRepo } from "../../src/hub/scan-cache.js";
import { loadBinding } from "../../src/native/load.js";
import { rejectionOf } from "../helpers/rejection.js";
import { useHub } from "./setup.js";

describe("removing from the cache", () => {
  const hub = useHub();

  async function fetched(): Promise<RepoCache> {
    const { fake, fetch, cache } = hub();
    fake.add("owner/name", { "a-Q8_0.gguf": "a" });
    await fetch("owner/name");
    return new RepoCache(join(cache, "hub"), "owner/name");
  }

  it("waits for nobody who is about to link a content", async () => {
    const cache = await fetched();
    const [hash = ""] = (await scanRepo(cache)).blobs.keys();
    const binding = loadBinding();
    const lock = binding.tryLockFile(cache.lock(hash));
    assert.ok(typeof lock === "object");
    await rejectionOf(
      InvalidRequestError,
      removeCached(cache, () => true),
    );
    assert.equal((await scanRepo(cache)).files.length, 1);
    binding.unlockFile(lock);
    assert.equal((await removeCached(cache, () => true)).files, 1);
    assert.deepEqual((await scanRepo(cache)).files, []);
    // Who waited for the lock and who comes now have the same one.
    assert.deepEqual(await readdir(cache.locks), [`${hash}.lock`]);
  });

  it("forgets what was noted of commits that no branch names any more", async () => {
    const cache = await fetched();
    const stale = "1".repeat(40);
    await writeFile(cache.tree(stale), "[]");
    const missing = cache.noExist(stale, "config.json");
    await mkdir(dirname(missing), { recursive: true });
    await writeFile(missing, "");
    await removeCached(cache, () => false);
    assert.ok(!(await readdir(dirname(cache.tree(stale)))).includes(`${stale}.json`));
    assert.deepEqual(await readdir(join(cache.folder, ".no_exist")), []);
    assert.equal((await scanRepo(cache)).files.length, 1);
  });
});
