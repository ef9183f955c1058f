import assert from "node:assert/strict";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../../src/runtime/make-folder.js";
import { useTempFolder } from "../../helpers/gguf.js";
import { rejection } from "../../helpers/rejection.js";

describe("making a folder", () => {
  const folder = useTempFolder();

  it("makes those around it, too, and leaves what is there", async () => {
    const inner = join(folder(), "a", "b", "c");
    await makeFolder(inner);
    await makeFolder(inner);
    assert.ok((await stat(inner)).isDirectory());
    // However many do it at once.
    const many = Array.from({ length: 8 }, () => makeFolder(join(folder(), "d", "e", "f")));
    await Promise.all(many);
  });

  it("ends where nothing can be made", async function () {
    await writeFile(join(folder(), "file"), "");
    const inFile = await rejection(makeFolder(join(folder(), "file", "a", "b")));
    assert.match(String((inFile as NodeJS.ErrnoException).code), /^(ENOTDIR|ENOENT|EEXIST)$/);
    if (process.platform !== "linux") this.skip();
    const inProc = await rejection(makeFolder("/proc/abstractllm/checkpoints"));
    assert.equal((inProc as NodeJS.ErrnoException).code, "ENOENT");
  });
});
