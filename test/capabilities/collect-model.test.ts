import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  getCapabilities,
  HuggingFaceProvider,
  InvalidParameterError,
  InvalidRequestError,
  ModelLoadingError,
  ModelNotFoundError,
} from "../../src/index.js";
import { AUDIO_CHECKPOINTS } from "../helpers/audio-checkpoints.js";
import { writeBert } from "../helpers/bert.js";
import { checkpointPath, withChangedCheckpoint } from "../helpers/checkpoints.js";
import { useEmbeddedGguf, useTempFolder } from "../helpers/gguf.js";
import { writeGguf } from "../helpers/gguf-writer.js";
import { rejectionOf } from "../helpers/rejection.js";

describe("getCapabilities", () => {
  const folder = useTempFolder();
  const gguf = useEmbeddedGguf();

  it("tells of the embedded model what it is, and does not load it", async () => {
    await using llm = new HuggingFaceProvider();
    const capabilities = await llm.getCapabilities();
    assert.ok("image_to_text" in capabilities);
    assert.ok(capabilities.image_to_text.confidence > 0.7);
    assert.equal(capabilities.image_to_text.served, true);
    assert.deepEqual(capabilities.text_generation?.parameters, { context_length: 1024 });
    for (const name of ["chat", "system_prompt", "tool_use", "streaming"] as const) {
      assert.ok(name in capabilities, name);
    }
    for (const name of ["reasoning", "speech_to_text", "long_context", "text_ranking"] as const) {
      assert.ok(!(name in capabilities), name);
    }
    assert.equal((await llm.getResourceUsage()).loaded, false);
  });

  it("says so where nothing is known", async () => {
    const { translation } = await getCapabilities(undefined, { all: true });
    assert.equal(translation?.verdict, "unknown");
    assert.equal(translation.confidence, 0);
    assert.deepEqual(translation.evidence, []);
  });

  it("gives plain data", async () => {
    const capabilities = await getCapabilities();
    assert.deepEqual(JSON.parse(JSON.stringify(capabilities)), capabilities);
    assert.deepEqual(structuredClone(capabilities), capabilities);
  });

  it("tells checkpoints apart by their heads", async () => {
    const expected = {
      bert: "feature_extraction",
      "bert-cls": "text_classification",
      "bert-rerank": "text_ranking",
      t5: "text2text_generation",
      qwen3: "text_generation",
    } as const;
    for (const [name, capability] of Object.entries(expected)) {
      const capabilities = await getCapabilities(checkpointPath(name), { all: true });
      for (const other of Object.values(expected)) {
        const isYes = capabilities[other]?.verdict === "yes";
        assert.equal(isYes, other === capability, `${name}: ${other}`);
      }
    }
  });

  it("reads GGUF files", async () => {
    const capabilities = await getCapabilities(gguf(), { all: true });
    assert.equal(capabilities.text_generation?.verdict, "yes");
    assert.equal(capabilities.chat?.verdict, "yes");
    assert.equal(capabilities.image_to_text?.verdict, "no");
    assert.match(capabilities.image_to_text.evidence.join(), /mmproj/);
    assert.equal(capabilities.fill_in_the_middle?.verdict, "unknown");

    const file = join(folder(), "reranker.gguf");
    await writeBert(file, ["relevance"]);
    const reranker = await getCapabilities(file);
    assert.ok("text_ranking" in reranker);
    assert.ok(!("text_generation" in reranker));
  });

  it("finds out what a chat template does by trying it", async () => {
    const template = (text: string): object => ({
      "tokenizer_config.json": { chat_template: text },
    });
    const answer = "{% for m in messages %}{{ m.content }}{% endfor %}";
    const cases = [
      [answer, ["system_prompt"], ["tool_use", "reasoning"]],
      [
        `{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}${answer}`,
        [],
        ["system_prompt"],
      ],
      // Mentions tools and does nothing with them.
      [`{# tools #}${answer}`, [], ["tool_use"]],
      [
        `{% if not enable_thinking | default(true) %}{{ '<quiet>' }}{% endif %}${answer}`,
        ["reasoning"],
        [],
      ],
    ] as const;
    for (const [text, has, lacks] of cases) {
      await withChangedCheckpoint(
        checkpointPath("qwen3"),
        template(text) as never,
        async (path) => {
          const capabilities = await getCapabilities(path);
          for (const name of has) assert.ok(name in capabilities, `${text} has ${name}`);
          for (const name of lacks) assert.ok(!(name in capabilities), `${text} has no ${name}`);
        },
      );
    }
  });

  it("survives templates that run on, nest or do not parse", async () => {
    const hostile = [
      "{% for i in range(100000000) %}{{ i }}{% endfor %}",
      `{{ ${"(".repeat(30_000)}1${")".repeat(30_000)} }}`,
      "{% if %}",
    ];
    for (const chat_template of hostile) {
      const files = { "tokenizer_config.json": { chat_template } };
      await withChangedCheckpoint(checkpointPath("qwen3"), files, async (path) => {
        assert.ok("text_generation" in (await getCapabilities(path)));
      });
    }
  });

  it("takes weights that are missing, and no missing or damaged config.json", async () => {
    const empty = await mkdtemp(join(tmpdir(), "abstractllm-test-"));
    try {
      await rejectionOf(ModelNotFoundError, getCapabilities(empty));
      await writeFile(join(empty, "config.json"), "{");
      await rejectionOf(ModelLoadingError, getCapabilities(empty));
      await writeFile(
        join(empty, "config.json"),
        '{"architectures":["WhisperForConditionalGeneration"]}',
      );
      const { speech_to_text } = await getCapabilities(empty);
      assert.equal(speech_to_text?.verdict, "yes");
      assert.equal(speech_to_text.served, false);
    } finally {
      await rm(empty, { recursive: true });
    }
  });

  it("serves the sounds of models that hear, as checkpoints and as GGUF", async () => {
    for (const { path } of AUDIO_CHECKPOINTS) {
      assert.equal((await getCapabilities(path)).audio_to_text?.served, true);
    }
    const mmproj = join(folder(), "ears.gguf");
    const metadata = {
      "general.architecture": { text: "clip" },
      "clip.has_audio_encoder": { bool: true },
      "clip.projector_type": { text: "qwen2a" },
      "clip.audio.num_mel_bins": { u32: 80 },
    };
    const positions = { name: "a.position_embd.weight", shape: [4, 100] };
    await writeGguf(mmproj, metadata, [{ ...positions, data: new Float32Array(400) }]);
    assert.ok(!("audio_to_text" in (await getCapabilities(gguf()))));
    await using llm = new HuggingFaceProvider({ model: gguf(), mmproj });
    assert.equal((await llm.getCapabilities()).audio_to_text?.served, true);
  });

  it("refuses what it does not know", async () => {
    await rejectionOf(ModelNotFoundError, getCapabilities("./missing"));
    await rejectionOf(InvalidParameterError, getCapabilities(undefined, { every: true } as never));
    const aborted = getCapabilities(undefined, { signal: AbortSignal.abort(new Error("enough")) });
    await assert.rejects(aborted, /enough/);
    const closed = new HuggingFaceProvider();
    await closed.cleanup();
    await rejectionOf(InvalidRequestError, closed.getCapabilities());
  });
});
