import assert from "node:assert/strict";

import {
  AuthenticationError,
  InvalidParameterError,
  ModelNotFoundError,
  ProviderConnectionError,
  ResourceError,
  UnsupportedModelError,
} from "../../src/errors.js";
import { rejectionOf } from "../helpers/rejection.js";
import { useHub } from "./setup.js";

describe("what cannot be had from the Hub", () => {
  const hub = useHub();

  it("is a repository that does not exist, and the nearest are named", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name-1.5b", { "a-Q8_0.gguf": "a" });
    fake.add("owner/another", { "a-Q8_0.gguf": "a" });
    const error = await rejectionOf(ModelNotFoundError, fetch("owner/name1.5b"));
    assert.match(
      error.message,
      /There is no repository owner\/name1\.5b.*mean owner\/name-1\.5b\?/,
    );
    assert.match(error.message, /If it is private, set HF_TOKEN/);
    assert.equal(error.details["nearest"], "owner/name-1.5b");
    assert.equal(error.details.model, "owner/name1.5b");
  });

  it("is a private repository, for all but its owners", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name", { "a-Q8_0.gguf": "a" }, { privateTo: "hf_good" });
    await rejectionOf(ModelNotFoundError, fetch("owner/name"));
    const error = await rejectionOf(ModelNotFoundError, fetch("owner/name", { token: "hf_other" }));
    assert.match(error.message, /the token that was sent may not read it/);
    assert.equal((await fetch("owner/name", { token: "hf_good" })).kind, "gguf");
  });

  it("is a gated repository, until its terms are accepted", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name", { "a-Q8_0.gguf": "a" }, { gatedTo: "hf_good" });
    const stranger = await rejectionOf(AuthenticationError, fetch("owner/name"));
    assert.match(stranger.message, /is gated.*Accept its terms at .*owner\/name, and set HF_TOKEN/);
    const other = await rejectionOf(AuthenticationError, fetch("owner/name", { token: "hf_no" }));
    assert.match(other.message, /with the account of the token that was sent/);
    assert.equal((await fetch("owner/name", { token: "hf_good" })).kind, "gguf");
  });

  it("is anything, with a token that is none, which no message shows", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name", { "a-Q8_0.gguf": "a" });
    const error = await rejectionOf(AuthenticationError, fetch("owner/name", { token: "wrong" }));
    assert.match(error.message, /does not accept the token/);
    assert.ok(!JSON.stringify([error, error.cause]).includes("wrong"));
  });

  it("is a revision that does not exist", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name", { "a-Q8_0.gguf": "a" }).tags.set("v1.0", "x");
    const error = await rejectionOf(ModelNotFoundError, fetch("owner/name@v1.1"));
    assert.match(error.message, /owner\/name has no revision v1\.1\. Did you mean v1\.0\?/);
    assert.equal(error.details["revision"], "v1.1");
  });

  it("is a file or a quantization that does not exist", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name", { "a-Q8_0.gguf": "a", "a-Q4_K_M.gguf": "a" });
    const file = await rejectionOf(ModelNotFoundError, fetch("owner/name/a-Q8.gguf"));
    assert.match(file.message, /has no file a-Q8\.gguf\. Did you mean a-Q8_0\.gguf\?/);
    const kind = await rejectionOf(ModelNotFoundError, fetch("owner/name:Q4_K"));
    assert.match(
      kind.message,
      /of the quantization Q4_K\. Did you mean Q4_K_M\? It has Q4_K_M, Q8_0\./,
    );
    assert.equal(fake.downloads.length, 0);
  });

  it("is a repository with pickles, or with nothing to load", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/pickle", { "config.json": "{}", "pytorch_model.bin": "x" });
    const pickle = await rejectionOf(UnsupportedModelError, fetch("owner/pickle"));
    assert.match(pickle.message, /pytorch_model\.bin: such a file is a program/);
    fake.add("owner/text", { "README.md": "x" });
    const empty = await rejectionOf(ModelNotFoundError, fetch("owner/text"));
    assert.match(empty.message, /neither a GGUF file nor model\.safetensors\. It has README\.md/);
    fake.add("owner/lora", { "adapter_config.json": "{}", "adapter_model.safetensors": "x" });
    const adapter = await rejectionOf(UnsupportedModelError, fetch("owner/lora"));
    assert.match(adapter.message, /is an adapter\. Give the model that it is for/);
    assert.equal((await fetch("owner/lora", { kind: "adapter" })).kind, "adapter");
    assert.equal(fake.downloads.length, 2);
  });

  it("is a model that is larger than the memory, unless it is named", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name", { "a-Q8_0.gguf": "12345678", "a-Q4_0.gguf": "1234567" });
    const error = await rejectionOf(ResourceError, fetch("owner/name", { memory: 7 }));
    assert.equal(error.details.needed_bytes, 7);
    assert.match(error.message, /owner\/name:Q4_0/);
    assert.equal((await fetch("owner/name:Q4_0", { memory: 7 })).kind, "gguf");
  });

  it("is anything, from a server that is no Hub, or is none", async () => {
    const { fake, fetch } = hub();
    fake.fault = () => ({ kind: "status", status: 200 });
    const noHub = await rejectionOf(ProviderConnectionError, fetch("owner/name"));
    assert.match(noHub.message, /no JSON, so it is no Hub of Hugging Face/);
    const settings = { endpoint: new URL("http://127.0.0.1:1") };
    const nobody = await rejectionOf(ProviderConnectionError, fetch("owner/name", { settings }));
    assert.match(nobody.message, /ECONNREFUSED.*Check the connection/);
    assert.equal(nobody.details["reason"], "ECONNREFUSED");
  });

  it("is a revision that leads out of the cache, and two revisions at once", async () => {
    const { fetch } = hub();
    for (const revision of ["../../x", "a//b", "a\\b"]) {
      await rejectionOf(InvalidParameterError, fetch("owner/name", { revision }));
    }
    await rejectionOf(InvalidParameterError, fetch("owner/name@a", { revision: "b" }));
  });

  it("is what a listing names that could not be a file here", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name", {
      "../../evil-Q8_0.gguf": "x",
      "/etc/evil.gguf": "x",
      "C:evil.gguf": "x",
    });
    const error = await rejectionOf(ModelNotFoundError, fetch("owner/name"));
    assert.match(error.message, /It is empty/);
  });
});

describe("the token", () => {
  const hub = useHub();

  it("goes to the Hub, and to nobody that it sends to", async () => {
    const { fake, fetch } = hub();
    fake.add("owner/name", { "config.json": "{}", "model.safetensors": "x" });
    await fetch("owner/name", { token: "hf_secret" });
    const [hubRequests, others] = [true, false].map((isHub) =>
      fake.requests.filter(({ server }) => (server === "hub") === isHub),
    );
    assert.ok(hubRequests?.every(({ authorization }) => authorization === "Bearer hf_secret"));
    assert.ok((others?.length ?? 0) > 0);
    assert.ok(others?.every(({ authorization }) => authorization === undefined));
  });
});
