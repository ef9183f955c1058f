import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ResourceError } from "../../src/index.js";
import { checkpointPath } from "../helpers/checkpoints.js";
import { withCacheFolder } from "../helpers/gguf.js";
import { withProvider } from "../helpers/provider.js";
import { rejectionOf } from "../helpers/rejection.js";

const MODEL = checkpointPath("llama");

describe("a cache folder that cannot be written to", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "abstractllm cache "));
    writeFileSync(join(folder, "file"), "");
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function refusal(cache: string): Promise<ResourceError> {
    let error: ResourceError | undefined;
    await withCacheFolder(cache, async () => {
      await withProvider(
        async (llm) => {
          error = await rejectionOf(ResourceError, llm.generate("Hello"));
          // It is no better the next time, and nothing hangs.
          const again = await rejectionOf(ResourceError, llm.preload());
          assert.equal(again.message, error.message);
        },
        { model: MODEL, quantization: "q4_k_m" },
      );
    });
    assert.ok(error !== undefined);
    return error;
  }

  function assertHelps({ message, details }: ResourceError, cache: string): void {
    assert.ok(message.includes(cache), message);
    assert.ok(String(details["path"]).startsWith(cache));
    const remedies = details.remedies.join("\n");
    assert.match(remedies, /q8_0/);
    if (process.platform === "linux") assert.match(message, /set XDG_CACHE_HOME to a folder/);
  }

  it("is named, with what helps: where it cannot be made", async () => {
    assertHelps(await refusal(join(folder, "file")), join(folder, "file"));
    if (process.platform === "linux") assertHelps(await refusal("/proc/cache"), "/proc/cache");
  });

  it("is named, with what helps: where it is there, and takes no files", async function () {
    // Root may write everywhere else.
    if (process.platform !== "linux") this.skip();
    const cache = join(folder, "full");
    mkdirSync(join(cache, "abstractllm"), { recursive: true });
    symlinkSync("/proc/self", join(cache, "abstractllm", "checkpoints"));
    assertHelps(await refusal(cache), cache);
  });

  it("is not made by looking whether the model fits", async () => {
    const cache = join(folder, "untouched");
    await withCacheFolder(cache, async () => {
      await withProvider(
        async (llm) => {
          assert.equal((await llm.checkSystemRequirements()).verdict, "fits");
        },
        { model: MODEL, quantization: "q4_k_m" },
      );
    });
    assert.equal(existsSync(cache), false);
  });

  it("is missed by nothing that keeps no files", async () => {
    await withCacheFolder(join(folder, "file"), async () => {
      for (const options of [{}, { quantization: "q8_0" }, { load_in_4bit: true }] as const) {
        await withProvider(
          async (llm) => {
            const { usage } = await llm.generate("Hello", { max_tokens: 3 }).result();
            assert.ok(usage.completion_tokens > 0);
          },
          { model: MODEL, ...options },
        );
      }
    });
  });
});
