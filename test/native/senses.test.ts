import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UnsupportedModelError } from "../../src/errors.js";
import { projectorSenses } from "../../src/runtime/senses.js";
import { writeGguf, type GgufValue } from "../helpers/gguf-writer.js";

const POSITIONS = [
  { name: "a.position_embd.weight", shape: [4, 100], data: new Float32Array(400) },
];

describe("what the projector of a GGUF model adds", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "abstractllm senses ä "));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function projector(more: Readonly<Record<string, GgufValue>>): Promise<string> {
    const path = join(folder, "mmproj-talk-f16.gguf");
    const metadata = { "general.architecture": { text: "clip" }, ...more };
    await writeGguf(path, metadata, POSITIONS);
    return path;
  }
  const ears = (type: string): Record<string, GgufValue> => ({
    "clip.has_audio_encoder": { bool: true },
    "clip.projector_type": { text: type },
    "clip.audio.num_mel_bins": { u32: 80 },
    "clip.audio.projector.stack_factor": { u32: 8 },
  });
  const model = (): string => join(folder, "talk-Q4_K_M.gguf");

  it("is found beside the model, or by its name", async () => {
    const path = await projector(ears("qwen2a"));
    for (const named of [undefined, path]) {
      const senses = await projectorSenses(model(), named);
      const { hearing, vision, mediaOptional, ...problems } = senses;
      assert.equal(hearing?.path, path);
      assert.equal(hearing.audio.window, 200);
      assert.equal(hearing.audio.bands, 80);
      assert.equal(vision, undefined);
      assert.equal(mediaOptional, named === undefined);
      assert.deepEqual(problems, {});
    }
  });

  it("is nothing where there is no projector", async () => {
    assert.deepEqual(await projectorSenses(model(), undefined), {});
  });

  it("that is not served is an error if it was named, and else the reason", async () => {
    const path = await projector(ears("lfm2a"));
    const { hearing, soundProblem } = await projectorSenses(model(), undefined);
    assert.equal(hearing, undefined);
    assert.match(soundProblem ?? "", /"lfm2a" are not served for sounds/);
    await assert.rejects(projectorSenses(model(), path), UnsupportedModelError);
  });

  it("may see and hear, or do only one of the two that it could", async () => {
    await projector({ ...ears("qwen2a"), "clip.has_vision_encoder": { bool: true } });
    const { hearing, vision, pictureProblem } = await projectorSenses(model(), undefined);
    assert.ok(hearing !== undefined);
    assert.equal(vision, undefined);
    assert.match(pictureProblem ?? "", /"qwen2a" are not served/);
  });
});
