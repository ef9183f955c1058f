import assert from "node:assert/strict";
import { audioSpec } from "../../../src/audio/audio-spec.js";
import { audioSpecFromProjector } from "../../../src/audio/projector-spec.js";
import { ModelLoadingError, UnsupportedModelError } from "../../../src/errors.js";

const CONFIG = {
  architectures: ["Qwen2AudioForConditionalGeneration"],
  audio_config: { num_mel_bins: 128, max_source_positions: 1500 },
};
const WHISPER = {
  feature_extractor_type: "WhisperFeatureExtractor",
  feature_size: 128,
  hop_length: 160,
  n_fft: 400,
  sampling_rate: 16_000,
};

describe("audioSpec", () => {
  it("is that of Qwen2-Audio, from the files of any version", () => {
    const wanted = {
      placeholder: "<|AUDIO|>",
      before: "<|audio_bos|>",
      after: "<|audio_eos|>",
      bands: 128,
      window: 3000,
      grain: 2,
      least: 4,
      tail: "look-ahead",
    };
    const old = { folder: "/m", config: CONFIG, preprocessor: WHISPER };
    assert.deepEqual(audioSpec(old), wanted);
    const processor = { feature_extractor: WHISPER, audio_token: "<|sound|>" };
    const found = audioSpec({ folder: "/m", config: CONFIG, processor });
    assert.deepEqual(found, { ...wanted, placeholder: "<|sound|>" });
  });

  it("has the tower's own defaults", () => {
    const config = { ...CONFIG, audio_config: {} };
    assert.equal(audioSpec({ folder: "/m", config, preprocessor: WHISPER }).window, 3000);
  });

  it("refuses what is not built in, by its name", () => {
    const changes = [
      { feature_extractor_type: "EncodecFeatureExtractor" },
      { sampling_rate: 24_000 },
      { hop_length: 320 },
      { n_fft: 512 },
      { dither: 0.1 },
    ];
    for (const change of changes) {
      const preprocessor = { ...WHISPER, ...change };
      const [setting = ""] = Object.keys(change);
      assert.throws(
        () => audioSpec({ folder: "/m", config: CONFIG, preprocessor }),
        (error) => error instanceof UnsupportedModelError && error.message.includes(setting),
      );
    }
  });

  it("refuses files that are missing, or contradict one another", () => {
    assert.throws(() => audioSpec({ folder: "/m", config: CONFIG }), ModelLoadingError);
    const preprocessor = { ...WHISPER, feature_size: 80 };
    const read = (): unknown => audioSpec({ folder: "/m", config: CONFIG, preprocessor });
    assert.throws(read, /feature_size is 80, and the tower takes 128/);
  });
});

describe("audioSpecFromProjector", () => {
  const tensors = [{ name: "a.position_embd.weight", shape: [1280, 1500] }];
  const file = (type: string, more: Record<string, unknown> = {}) => ({
    metadata: { "clip.projector_type": type, "clip.audio.num_mel_bins": 128, ...more },
    tensors,
  });
  const stack = (factor: number): Record<string, unknown> => ({
    "clip.audio.projector.stack_factor": factor,
  });

  it("is what each type's processor does", () => {
    const cases = [
      ["qwen2a", {}, { window: 3000, grain: 2, least: 4, tail: "look-ahead" }],
      ["qwen2.5o", {}, { window: 200, grain: 2, least: 4, tail: "zeros" }],
      ["voxtral", stack(4), { window: 3000, grain: 8, least: 8, tail: "window" }],
      // 187 embeddings: 188 would need more positions than there are.
      ["ultravox", stack(8), { window: 2992, grain: 16, least: 16, tail: "silence" }],
    ] as const;
    for (const [type, more, wanted] of cases) {
      const spec = audioSpecFromProjector(file(type, more));
      const { window, grain, least, tail } = spec;
      assert.deepEqual({ window, grain, least, tail }, wanted, type);
      assert.equal(spec.bands, 128);
    }
  });

  it("reads the type of the ears where a projector has eyes, too", () => {
    const both = { "clip.audio.projector_type": "qwen2a", "clip.vision.projector_type": "gemma3" };
    assert.equal(audioSpecFromProjector(file("", both)).window, 3000);
  });

  it("refuses types that are not served, and numbers that cannot be", () => {
    assert.throws(
      () => audioSpecFromProjector(file("lfm2a")),
      (error) => error instanceof UnsupportedModelError && /qwen2a, qwen2.5o/.test(error.message),
    );
    for (const value of [undefined, 0, -1, 1.5, "128"]) {
      const read = (): unknown =>
        audioSpecFromProjector(file("qwen2a", { "clip.audio.num_mel_bins": value }));
      assert.throws(read, ModelLoadingError);
    }
    const bare = { ...file("qwen2a"), tensors: [] };
    assert.throws(() => audioSpecFromProjector(bare), /position_embd/);
  });
});
