import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { FILE_LIMITS } from "../../../src/config/file-limits.js";
import { resolveGenerateOptions, resolveProviderConfig } from "../../../src/config/resolve.js";
import { InvalidParameterError } from "../../../src/errors.js";

describe("options about files", () => {
  it("are defaults in the constructor, and replaced by those of a call", () => {
    const config = resolveProviderConfig({
      file_limits: { pages: 3 },
      allow_local_addresses: true,
    });
    const inherited = resolveGenerateOptions(config, {});
    assert.deepEqual(inherited.file_limits, { pages: 3 });
    assert.equal(inherited.allow_local_addresses, true);
    const own = resolveGenerateOptions(config, { file_limits: { seconds: 0.5, rows: undefined } });
    assert.equal(own.file_limits.seconds, 0.5);
    assert.equal(own.file_limits.pages, undefined);
    assert.ok(Object.isFrozen(own.file_limits));
  });

  it("are checked, each limit by its name", () => {
    const wrong = [{ page: 1 }, { pages: 0 }, { pages: 1.5 }, { bytes: "1 MB" }, { seconds: NaN }];
    for (const file_limits of [...wrong, { bytes: Infinity }, { bytes: 2 ** 31 }, [], 7, "x"]) {
      assert.throws(
        () => resolveProviderConfig({ file_limits }),
        (error) => {
          assert.ok(error instanceof InvalidParameterError);
          assert.match(error.message, /bytes, total_bytes, seconds, pixels, pages, rows/);
          return true;
        },
      );
    }
    assert.throws(() => resolveProviderConfig({ allow_local_addresses: "yes" }), /true or false/);
  });

  it("have the defaults that the documentation states", () => {
    const page = readFileSync(new URL("../../../docs/files.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| `(\w+)`\s*\| (\d+)\s*\|/gm)];
    const documented = rows.map(([, name, value]) => [name, Number(value)]);
    assert.deepEqual(Object.fromEntries(documented), FILE_LIMITS);
    const source = new URL("../../../src/config/file-limits.ts", import.meta.url);
    const comments = [
      ...readFileSync(source, "utf8").matchAll(
        /; (\d+) unless given\. \*\/\s+(\w+)\?:|; (\d+) unless given\.\s+\*\/\s+(\w+)\?:/g,
      ),
    ];
    const stated = comments.map(([, a, b, c, d]) => [b ?? d, Number(a ?? c)]);
    assert.deepEqual(Object.fromEntries(stated), FILE_LIMITS);
  });

  it("have names of the old API, which say so", () => {
    const config = resolveProviderConfig({});
    for (const name of ["image", "images", "document", "documents", "audio", "file"]) {
      assert.throws(() => resolveGenerateOptions(config, { [name]: "a.jpg" }), /Use files/, name);
    }
  });
});
