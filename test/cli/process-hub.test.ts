import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { checkpointPath } from "../helpers/checkpoints.js";
import { FakeHub, filesOf } from "../helpers/fake-hub/fake-hub.js";
import { outcomeOf, spawnCli, type CliOutcome } from "./spawn-cli.js";

describe("the commands for downloaded models", function () {
  this.timeout(120_000);
  let fake: FakeHub;
  let cache = "";

  beforeEach(async () => {
    fake = await FakeHub.start();
    cache = await mkdtemp(join(tmpdir(), "abstractllm-cli-hub-"));
  });

  afterEach(async () => {
    await fake.stop();
    await rm(cache, { recursive: true, force: true });
  });

  async function cli(...args: readonly string[]): Promise<CliOutcome> {
    const env = { HF_ENDPOINT: fake.endpoint, HF_HUB_CACHE: cache, HF_HOME: cache, HF_TOKEN: "" };
    const child = spawnCli(args, env);
    child.stdin.end();
    return await outcomeOf(child);
  }

  it("pull, list, verify and remove", async () => {
    const repository = fake.add("owner/name", {
      "a-Q8_0.gguf": "eight",
      "a-Q4_0.gguf": "four",
    });
    const pulled = await cli("pull", "owner/name:Q8_0");
    assert.equal(pulled.code, 0, pulled.stderr);
    assert.equal(await readFile(pulled.stdout.trim(), "utf8"), "eight");
    const json = await cli("pull", "owner/name:Q4_0", "--json");
    const { path, kind, size_bytes: size } = JSON.parse(json.stdout) as Record<string, unknown>;
    assert.deepEqual([kind, size], ["gguf", 4]);

    const listed = await cli("list");
    assert.match(listed.stdout, /^MODEL +REVISION +FILES +SIZE\nowner\/name +main +2 +9 B\n$/);
    const models = JSON.parse((await cli("list", "--json")).stdout) as Record<string, object[]>;
    assert.deepEqual(
      models["models"]?.map((entry) => (entry as { model: string }).model),
      ["owner/name"],
    );

    assert.match((await cli("verify")).stderr, /2 files are intact, 0 are not/);
    await appendFile(String(path), "!");
    const damaged = await cli("verify", "owner/name");
    assert.equal(damaged.code, 1);
    assert.equal(damaged.stdout, "damaged  owner/name  a-Q4_0.gguf\n");
    assert.equal((await cli("verify", "owner/name", "--remove")).code, 1);
    assert.equal((await cli("verify")).code, 0);

    repository.commit({ "a-Q8_0.gguf": "eight", "b-Q6_K.gguf": "six" }, "dev");
    await cli("pull", "owner/name@dev:Q6_K");
    assert.match((await cli("remove", "owner/name:Q6_K")).stderr, /Removed 1 files, 3 B/);
    assert.match((await cli("list")).stdout, /owner\/name +main +1 +5 B/);
    assert.equal((await cli("remove", "owner/name")).code, 0);
    assert.doesNotMatch((await cli("list")).stdout, /owner/);
    const gone = await cli("remove", "owner/name");
    assert.equal(gone.code, 1);
    assert.match(gone.stderr, /is not in the cache/);
  });

  it("list says of what was only looked at that its weights are not there", async () => {
    fake.add("owner/name", filesOf(checkpointPath("llama")));
    assert.equal((await cli("inspect", "owner/name")).code, 0);
    assert.match((await cli("list")).stdout, /owner\/name +[0-9a-f]{12} \(no weights\) /);
    assert.equal((await cli("pull", "owner/name")).code, 0);
    assert.match((await cli("list")).stdout, /owner\/name +main {2}/);
  });

  it("run answers with a model of the Hub", async () => {
    fake.add("owner/name", filesOf(checkpointPath("llama")));
    const options = ["--max-tokens", "4", "--seed", "1", "--no-chat-template", "--json"];
    const { code, stdout, stderr } = await cli("run", "a", "-m", "owner/name", ...options);
    assert.equal(code, 0, stderr);
    assert.ok("text" in (JSON.parse(stdout) as object));
  });

  it("say what is wrong, with exit codes that tell usage from failure", async () => {
    const missing = await cli("pull", "owner/missing");
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /^abstractllm: There is no repository owner\/missing on /);
    for (const args of [["pull"], ["pull", "./a"], ["remove", "/a"], ["pull", "a/b", "c"]]) {
      assert.equal((await cli(...args)).code, 2, args.join(" "));
    }
    assert.equal((await cli("verify", "owner/missing")).code, 1);
  });
});
