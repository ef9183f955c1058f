import assert from "node:assert/strict";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

import fc from "fast-check";
import { ByteRanges } from "../../src/hub/byte-ranges.js";
import { chooseGguf } from "../../src/hub/choose-gguf.js";
import { readEnvironment } from "../../src/hub/environment.js";
import { ggufGroups, quantizationOf } from "../../src/hub/gguf-groups.js";
import type { HubFile } from "../../src/hub/hub-file.js";
import { proxyFor } from "../../src/hub/proxy.js";
import { isRepoPath, parseRepoReference, showReference } from "../../src/hub/repo-reference.js";

describe("a reference to a repository", () => {
  it("has an owner, a name, and what is behind them", () => {
    for (const [text, parts] of [
      ["gpt2", { repo: "gpt2" }],
      ["microsoft/phi-2", { repo: "microsoft/phi-2" }],
      ["a/b@v1.0", { repo: "a/b", revision: "v1.0" }],
      ["a/b@refs/pr/7", { repo: "a/b", revision: "refs/pr/7" }],
      ["a/b:Q4_K_M", { repo: "a/b", quantization: "Q4_K_M" }],
      ["a/b@dev:Q8_0", { repo: "a/b", revision: "dev", quantization: "Q8_0" }],
      ["a/b/c/d.gguf", { repo: "a/b", file: "c/d.gguf" }],
      ["a/b@dev/d.gguf", { repo: "a/b", revision: "dev", file: "d.gguf" }],
      ["hf://a/b", { repo: "a/b" }],
    ] as const) {
      const all = { revision: undefined, quantization: undefined, file: undefined, ...parts };
      assert.deepEqual({ ...parseRepoReference(text) }, all, text);
    }
  });

  it("may be the address of a page of the Hub", () => {
    const page = "https://huggingface.co/a/b";
    assert.equal(parseRepoReference(page)?.repo, "a/b");
    assert.equal(parseRepoReference(`${page}/tree/dev`)?.revision, "dev");
    assert.equal(
      parseRepoReference(`${page}/blob/main/c%20d.gguf?download=true`)?.file,
      "c d.gguf",
    );
    assert.equal(parseRepoReference("https://example.com/a/b"), undefined);
  });

  it("is no path, no file, and no other address", () => {
    const texts = [
      "./a/b",
      "/a/b",
      "~/a",
      "../a",
      "a\\b",
      "C:\\a",
      "a/b/c",
      "models/a.gguf",
      "a.gguf",
    ];
    for (const text of [...texts, "a--b/c", "a..b", "-a/b", "a/b.git", "a b", "", "file:///a/b"]) {
      assert.equal(parseRepoReference(text), undefined, text);
    }
  });

  it("comes back as it was written", () => {
    for (const text of ["gpt2", "a/b@dev:Q8_0", "a/b@dev/c/d.gguf"]) {
      const reference = parseRepoReference(text);
      assert.ok(reference);
      assert.equal(showReference(reference), text);
    }
  });

  it("names files that stay in their folder, on every system", () => {
    for (const path of ["a", "a/b.json", "1_Pooling/config.json", ".gitattributes", "ä b/c"]) {
      assert.ok(isRepoPath(path), path);
    }
    for (const path of [
      "",
      "/a",
      "a/",
      "a//b",
      "..",
      "a/../b",
      "a\\b",
      "c:d",
      "a.",
      "a /b",
      "a\0",
    ]) {
      assert.ok(!isRepoPath(path), path);
    }
  });
});

describe("ranges of bytes", () => {
  it("have gaps that fill them, in whatever order they came", () => {
    const range = fc
      .tuple(fc.nat(200), fc.nat(200))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
    fc.assert(
      fc.property(fc.array(range), fc.integer({ min: 1, max: 50 }), (added, piece) => {
        const size = 200;
        const there = new Set<number>();
        const ranges = new ByteRanges();
        for (const [start = 0, end = 0] of added) {
          ranges.add(start, end);
          for (let at = start; at < end; at++) there.add(at);
        }
        assert.equal(ranges.bytes, there.size);
        let prefix = 0;
        while (there.has(prefix)) prefix++;
        assert.equal(ranges.prefix, prefix);
        for (const [start, end] of ranges.gaps(size, piece)) {
          assert.ok(end - start <= piece);
          for (let at = start; at < end; at++) {
            assert.ok(!there.has(at));
            there.add(at);
          }
        }
        assert.equal(there.size, size);
      }),
    );
  });
});

describe("the choice among GGUF files", () => {
  const GIB = 2 ** 30;
  const file = (path: string, size = 1): HubFile => ({ path, size, oid: "", sha256: undefined });
  const choose = (files: readonly HubFile[], memory: number): string | undefined =>
    chooseGguf({ repo: "a/b", groups: ggufGroups(files), quantization: undefined, memory })
      .quantization;

  it("reads quantizations from names", () => {
    for (const [name, quantization] of [
      ["phi-2.Q4_K_M", "Q4_K_M"],
      ["model-q8_0", "Q8_0"],
      ["Q8-model-IQ2_XXS", "IQ2_XXS"],
      ["model-UD-Q4_K_XL", "UD-Q4_K_XL"],
      ["BF16/model", "BF16"],
      ["model-fp16", "F16"],
      ["gpt-oss-mxfp4", "MXFP4"],
      ["Qwen2.5-7B", undefined],
    ] as const) {
      assert.equal(quantizationOf(name), quantization, name);
    }
  });

  it("takes the best that costs little, then the usual one, then what fits", () => {
    const files = [
      ...[file("m-F16.gguf", 16 * GIB), file("m-Q8_0.gguf", 8 * GIB), file("m-Q6_K.gguf", 6 * GIB)],
      ...[file("m-Q4_K_M.gguf", 4 * GIB), file("m-Q3_K_M.gguf", 3 * GIB)],
    ];
    assert.equal(choose(files, 64 * GIB), "Q8_0");
    assert.equal(choose(files, 24 * GIB), "Q6_K");
    assert.equal(choose(files, 16 * GIB), "Q4_K_M");
    assert.equal(choose(files, 8 * GIB), "Q4_K_M");
    assert.equal(choose(files, 4 * GIB), "Q3_K_M");
    assert.throws(() => choose(files, 3 * GIB), { code: "RESOURCE" });
    assert.equal(choose([file("m-F16.gguf", 16 * GIB)], 16 * GIB), "F16");
  });

  it("knows parts of one model from models, and leaves out what has not all of them", () => {
    const parts = [1, 2, 3].map((n) => file(`m-Q8_0-0000${String(n)}-of-00003.gguf`));
    assert.equal(ggufGroups([...parts, file("mmproj-m-f16.gguf")]).length, 1);
    assert.deepEqual(ggufGroups(parts.slice(1)), []);
    const two = [file("a-Q8_0.gguf"), file("b-Q8_0.gguf")];
    assert.throws(() => choose(two, GIB), /several models of Q8_0. Name one: a\/b\/a-Q8_0.gguf, a/);
  });
});

describe("the environment", () => {
  it("says where the cache is, as huggingface_hub reads it", () => {
    for (const [env, folder] of [
      [{}, join(homedir(), ".cache", "huggingface", "hub")],
      [{ XDG_CACHE_HOME: "/x" }, resolve("/x/huggingface/hub")],
      [{ HF_HOME: "~/h" }, join(homedir(), "h", "hub")],
      [{ HF_HOME: "/h", HF_HUB_CACHE: "$HF_HOME/c" }, resolve("/h/c")],
      [{ HUGGINGFACE_HUB_CACHE: "/old" }, resolve("/old")],
    ] as const) {
      assert.equal(readEnvironment(env).cacheFolder, folder);
    }
  });

  it("says whether and how the Hub is asked", () => {
    assert.equal(readEnvironment({}).endpoint, "https://huggingface.co");
    assert.equal(
      readEnvironment({ HF_ENDPOINT: "https://m.example/" }).endpoint,
      "https://m.example",
    );
    assert.equal(readEnvironment({ HF_HUB_OFFLINE: "yes" }).offlineBy, "HF_HUB_OFFLINE");
    assert.equal(readEnvironment({ HF_HUB_OFFLINE: "0" }).offlineBy, undefined);
    assert.equal(readEnvironment({ HF_HUB_DOWNLOAD_TIMEOUT: "3" }).idleTimeoutMs, 3000);
  });

  it("names proxies, and hosts that need none", () => {
    const url = new URL("https://huggingface.co/a");
    const env = { HTTPS_PROXY: "proxy:8080", NO_PROXY: "localhost,.internal, x.com:8443" };
    assert.equal(proxyFor(url, env)?.href, "http://proxy:8080/");
    assert.equal(proxyFor(new URL("http://huggingface.co"), env), undefined);
    assert.equal(proxyFor(url, { all_proxy: "http://p" })?.host, "p");
    assert.equal(proxyFor(url, { ...env, no_proxy: "*" }), undefined);
    assert.equal(proxyFor(new URL("https://a.internal"), env), undefined);
    assert.equal(proxyFor(new URL("https://x.com:8443"), env), undefined);
    assert.ok(proxyFor(new URL("https://x.com"), env));
    assert.throws(
      () => proxyFor(url, { HTTPS_PROXY: "socks5://u:secret@p" }),
      (error: Error) => {
        return !error.message.includes("secret") && error.message.includes("not one of HTTP");
      },
    );
  });
});
