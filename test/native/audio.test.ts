import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { MediaError, UnsupportedFeatureError, type HuggingFaceProvider } from "../../src/index.js";
import { AUDIO_CHECKPOINTS, AUDIO_FIXTURES } from "../helpers/audio-checkpoints.js";
import { useProvider, withProvider } from "../helpers/provider.js";

const TOLERANCE = 2e-3;
const [checkpoint] = AUDIO_CHECKPOINTS;
const path = checkpoint?.path ?? "";
const sound = `${path}/sound.wav`;
const file = (name: string): string => `${AUDIO_FIXTURES}files/${name}`;

/** The token that would end the fixtures' texts; references go on. */
const END = 0;

/** In float32, as the references are. */
const OPTIONS = { torch_dtype: "float32", apply_chat_template: false, max_tokens: 12 } as const;

describe("a Hugging Face checkpoint that hears", () => {
  for (const { name, path, reference } of AUDIO_CHECKPOINTS) {
    it(`goes on as in transformers: ${name}`, async () => {
      await withProvider(
        async (llm) => {
          const text = reference.prompt.replace(/<.*>/, "");
          const run = llm.generate(text, {
            files: [`${path}/sound.wav`],
            logit_bias: { [END]: false },
            logprobs: true,
          });
          const { choices, usage } = await run.result();
          assert.equal(usage.media_tokens, reference.media_tokens);
          assert.equal(usage.prompt_tokens, reference.input_ids.length);
          const tokens = choices[0]?.logprobs?.map(({ token }) => token);
          assert.deepEqual(tokens, reference.greedy);
        },
        { model: path, ...OPTIONS },
      );
    });

    it(`agrees with transformers about a text alone: ${name}`, async () => {
      await withProvider(
        async (llm) => {
          const { text, input_ids, logprobs } = reference.without;
          assert.deepEqual(Array.from(await llm.tokenize(text)), input_ids);
          const scored = await llm.score(text);
          for (const [index, logprob] of logprobs.entries()) {
            const found = scored.logprobs[index + 1] ?? NaN;
            assert.ok(Math.abs(found - logprob) < TOLERANCE, `token ${String(index + 1)}`);
          }
        },
        { model: path, ...OPTIONS },
      );
    });
  }
});

describe("sounds in generate()", () => {
  const llm = useProvider({ model: path, max_tokens: 4, torch_dtype: "float32" });

  it("stand where the chat template puts them, once for each", async () => {
    const one = await llm()
      .generate("What is it?", { files: [sound] })
      .result();
    const two = await llm()
      .generate([
        {
          role: "user",
          content: [
            { type: "audio", path: sound },
            { type: "text", text: "and" },
            { type: "audio", path: file("tone.flac") },
          ],
        },
      ])
      .result();
    assert.equal(one.usage.media_tokens, 31);
    // A second of sound is 100 frames, of which four are an embedding.
    assert.equal(two.usage.media_tokens, 31 + 25);
  });

  it("are taken from everywhere, and known again by their content", async () => {
    const bytes = readFileSync(sound);
    const data = bytes.toString("base64");
    const sources = [
      sound,
      bytes,
      new Blob([bytes]),
      new URL(`data:audio/wav;base64,${data}`),
    ] as const;
    const texts = [];
    for (const source of sources) {
      const { text, timings, usage } = await llm()
        .generate("What is it?", { files: [source] })
        .result();
      assert.equal(usage.media_tokens, 31);
      if (texts.length > 0) assert.equal(timings.encode_ms, 0);
      texts.push(text);
    }
    const part = { type: "input_audio", input_audio: { data, format: "wav" } } as const;
    const content = [part, { type: "text", text: "What is it?" } as const];
    texts.push(await llm().generate([{ role: "user", content }]));
    assert.deepEqual(new Set(texts).size, 1);
  });

  it("report that they are encoded", async () => {
    const stages: string[] = [];
    await withProvider(
      async (fresh) => {
        await fresh.generate("What is it?", {
          files: [sound],
          onProgress: ({ stage }) => stages.push(stage),
        });
      },
      { model: path, max_tokens: 1 },
    );
    assert.ok(stages.includes("encode"), stages.join());
  });

  it("may be longer than the model's window, and have any form that is served", async () => {
    const names = ["tone.mp3", "tone-vbr.mp3", "tone-24bit.wav", "tone-mulaw.wav"];
    for (const name of [...names, "tone-float.wav", "tone-8bit.wav", "tone-stereo.flac"]) {
      const { usage } = await llm()
        .generate("What?", { files: [file(name)] })
        .result();
      assert.ok(usage.media_tokens >= 24 && usage.media_tokens <= 27, name);
    }
    const long = longWav(5);
    const { usage } = await llm()
      .generate("What?", { files: [long] })
      .result();
    assert.equal(usage.media_tokens, 125);
  });

  it("that cannot be read are errors that name them, and harm nothing", async () => {
    const bytes = readFileSync(sound);
    const wrong: [Uint8Array, RegExp][] = [
      [bytes.subarray(0, 1000), /missing at its end/],
      [bytes.subarray(0, 20), /WAV/],
      [readFileSync(file("tone.flac")).subarray(0, 6000), /ends too early/],
    ];
    for (const [broken, words] of wrong) {
      const call = llm().generate("What?", { files: [sound, broken] });
      await assert.rejects(call, (error) => {
        assert.ok(MediaError.isInstance(error));
        assert.match(error.message, words);
        assert.match(JSON.stringify(error.details), /1/);
        return true;
      });
    }
    assert.equal(
      (
        await llm()
          .generate("What?", { files: [sound] })
          .result()
      ).usage.media_tokens,
      31,
    );
  });

  it("are bounded by file_limits.audio_seconds", async () => {
    const call = llm().generate("What?", {
      files: [longWav(3)],
      file_limits: { audio_seconds: 2 },
    });
    await assert.rejects(call, (error) => {
      assert.ok(MediaError.isInstance(error));
      assert.equal(error.details.limit, "audio_seconds");
      return true;
    });
  });

  it("of a call that is aborted leave nothing behind", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const call = llm().generate("What?", {
      files: [longWav(18)],
      signal: controller.signal,
      onProgress: ({ stage }) => {
        if (stage === "encode") controller.abort(reason);
      },
    });
    await assert.rejects(call, (error) => error === reason);
    assert.ok(await llm().generate("What?", { files: [sound] }));
    const { queue_depth } = await llm().getResourceUsage();
    assert.equal(queue_depth, 0);
  });
});

describe("a model without ears", () => {
  it("says what it takes", async () => {
    await withProvider(async (llm: HuggingFaceProvider) => {
      await assert.rejects(llm.generate("What?", { files: [sound] }), (error) => {
        assert.ok(UnsupportedFeatureError.isInstance(error));
        assert.match(error.message, /takes no sounds: it takes text and pictures/);
        return true;
      });
    });
  });
});

/** Noise that repeats, 8000 samples per second. */
function longWav(seconds: number): Buffer {
  const samples = 8000 * seconds;
  const wav = Buffer.alloc(44 + samples);
  wav.write("RIFF", 0, "latin1");
  wav.writeUInt32LE(36 + samples, 4);
  wav.write("WAVEfmt ", 8, "latin1");
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(8000, 24);
  wav.writeUInt32LE(8000, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(samples, 40);
  for (let i = 0; i < samples; i++) wav[44 + i] = (i * i * 31) % 251;
  return wav;
}
