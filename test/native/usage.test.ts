import assert from "node:assert/strict";
import { HuggingFaceProvider, listDevices } from "../../src/index.js";
import { firstPiece, generateEndlessly } from "../helpers/endless.js";
import { useProvider } from "../helpers/provider.js";
import { rejection } from "../helpers/rejection.js";

describe("getResourceUsage", () => {
  const llm = useProvider();

  it("is empty before the model is loaded", async () => {
    const fresh = new HuggingFaceProvider();
    const usage = await fresh.getResourceUsage();
    assert.equal(usage.loaded, false);
    assert.equal(usage.queue_depth, 0);
    assert.equal(usage.cells_total, 0);
    assert.ok(usage.devices.every(({ weights, kv_cache }) => weights === 0 && kv_cache === 0));
    await fresh.cleanup();
  });

  it("says what the model takes on each device", async () => {
    await llm().preload();
    const { loaded, devices } = await llm().getResourceUsage();
    assert.equal(loaded, true);
    const cpu = devices.find(({ device }) => device === "cpu");
    assert.ok(cpu !== undefined);
    // Five million parameters of two bytes, more where they are repacked.
    assert.ok(cpu.weights > 5e6 && cpu.weights < 1e8, String(cpu.weights));
    assert.ok(cpu.kv_cache > 0 && cpu.compute > 0);
    assert.ok(cpu.total >= cpu.free && cpu.free > 0);
  });

  it("counts calls until they are over, and the tokens in the cache", async () => {
    const runs = [generateEndlessly(llm()), generateEndlessly(llm()), generateEndlessly(llm())];
    const [first] = runs;
    assert.ok(first !== undefined);
    await firstPiece(first);
    assert.equal((await llm().getResourceUsage()).queue_depth, 3);
    for (const run of runs) run.abort();
    // Served only after those are out of the way.
    await llm().generate("Hello", { max_tokens: 1 });
    assert.equal((await llm().getResourceUsage()).queue_depth, 0);
  });

  it("has no call and no new cell as soon as a call is over", async () => {
    const { usage } = await llm().generate("Hello", { max_tokens: 1 }).result();
    const { cells_used } = await llm().getResourceUsage();
    assert.ok(cells_used >= usage.prompt_tokens);
    for (let i = 0; i < 20; ++i) {
      await llm().generate("Hello", { max_tokens: 1 });
      const after = await llm().getResourceUsage();
      assert.deepEqual([after.cells_used, after.queue_depth, after.active], [cells_used, 0, 0]);
    }
  });

  it("is empty after cleanup", async () => {
    const fresh = new HuggingFaceProvider();
    await fresh.preload();
    const run = generateEndlessly(fresh);
    await firstPiece(run);
    await fresh.cleanup();
    await rejection(run);
    const { loaded, queue_depth, active, cells_used, cells_total } = await fresh.getResourceUsage();
    assert.deepEqual([loaded, queue_depth, active], [false, 0, 0]);
    assert.deepEqual([cells_used, cells_total], [0, 0]);
  });
});

describe("listDevices", () => {
  it("has the CPU, whose memory is known", () => {
    const devices = listDevices();
    const cpu = devices.find(({ id }) => id === "cpu");
    assert.ok(cpu !== undefined);
    assert.equal(cpu.type, "cpu");
    assert.notEqual(cpu.name, "");
    assert.ok(cpu.total_bytes > 0 && cpu.free_bytes > 0 && cpu.free_bytes <= cpu.total_bytes);
    assert.equal(new Set(devices.map(({ id }) => id)).size, devices.length);
  });
});
