import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { mainCapability } from "../../src/capabilities/main-capability.js";
import { scoreCapabilities } from "../../src/capabilities/score.js";
import {
  CAPABILITY_NAMES,
  type Capabilities,
  type CapabilityName,
} from "../../src/capabilities/types.js";
import { evidenceOf, KNOWN_MODELS, type KnownModel } from "../helpers/known-models.js";
import { assertSection, markdownTable } from "../helpers/markdown-section.js";

const DOCUMENT = new URL("../../docs/capabilities.md", import.meta.url);
const VERDICTS = new URL("../fixtures/capabilities/verdicts.jsonl", import.meta.url);

/** The capabilities that stand for a task of the Hub; tasks without one are only shown. */
const TASKS: Readonly<Record<string, readonly CapabilityName[]>> = {
  "text-generation": ["text_generation"],
  "text-classification": ["text_classification"],
  "zero-shot-classification": ["text_classification"],
  "token-classification": ["token_classification"],
  "text-ranking": ["text_ranking"],
  "sentence-similarity": ["feature_extraction"],
  "feature-extraction": ["feature_extraction"],
  "image-text-to-text": ["visual_question_answering", "image_to_text"],
  "image-to-text": ["image_to_text"],
  "visual-question-answering": ["visual_question_answering"],
  "document-question-answering": ["document_question_answering"],
  "automatic-speech-recognition": ["speech_to_text"],
  "audio-text-to-text": ["audio_to_text"],
  "text-to-speech": ["text_to_speech"],
  translation: ["translation"],
  summarization: ["summarization"],
  "text2text-generation": ["text2text_generation"],
};

interface Scored {
  readonly model: KnownModel;
  readonly all: Capabilities;
  readonly main: CapabilityName | undefined;
}

describe("capabilities of well-known repositories", () => {
  let scored: Scored[] = [];

  before(async () => {
    scored = await Promise.all(
      KNOWN_MODELS.map(async (model) => {
        const evidence = await evidenceOf(model);
        const all = scoreCapabilities(evidence, true);
        return { model, all, main: mainCapability(scoreCapabilities(evidence)) };
      }),
    );
  });

  it("are those of at least 100 of them", () => {
    assert.ok(scored.length >= 100);
    assert.equal(new Set(scored.map(({ model }) => model.repo)).size, scored.length);
  });

  it("have what the models certainly can, and nothing that they certainly cannot", () => {
    const wrong = scored.flatMap(({ model, all }) => [
      ...missing(model.has, (name) => all[name]?.verdict === "yes").map(
        (name) => `${model.repo} lacks ${name}: ${String(all[name]?.confidence)}`,
      ),
      ...missing(model.lacks, (name) => all[name]?.verdict !== "yes").map(
        (name) => `${model.repo} has ${name}: ${all[name]?.evidence.join("; ") ?? ""}`,
      ),
    ]);
    assert.deepEqual(wrong, []);
  });

  it("agree with the Hub's tasks for nine models of ten", () => {
    const tasks = scored.filter(({ model }) => model.task !== undefined && model.task in TASKS);
    const right = tasks.filter(({ model, main }) => isOf(model, main));
    assert.ok(
      right.length / tasks.length >= 0.9,
      `${String(right.length)} of ${String(tasks.length)}`,
    );
  });

  it("always give their reasons, and confidences from 0 to 1", () => {
    for (const { model, all } of scored) {
      assert.deepEqual(Object.keys(all), [...CAPABILITY_NAMES]);
      for (const [name, { verdict, confidence, evidence }] of Object.entries(all)) {
        assert.ok(confidence >= 0 && confidence <= 1, `${model.repo} ${name}`);
        assert.equal(verdict === "yes", confidence >= 0.5, `${model.repo} ${name}`);
        if (verdict !== "unknown") assert.ok(evidence.length > 0, `${model.repo} ${name}`);
      }
    }
  });

  it("are the verdicts that were reviewed", () => {
    const lines = scored.map(({ model, all }) => {
      const found = Object.entries(all).flatMap(([name, { verdict, confidence }]) =>
        verdict === "yes" ? [[name, confidence] as const] : [],
      );
      return JSON.stringify({ repo: model.repo, ...Object.fromEntries(found) });
    });
    if (process.env["ABSTRACTLLM_WRITE_DOCS"] === "1") {
      writeFileSync(VERDICTS, `${lines.join("\n")}\n`);
    }
    assert.deepEqual(lines, readFileSync(VERDICTS, "utf8").trim().split("\n"));
  });

  it("are in docs/capabilities.md as they are", async () => {
    await assertSection(DOCUMENT, "confusion", confusionTable(scored));
    await assertSection(DOCUMENT, "certain", certainTable(scored));
  });
});

function isOf({ task = "" }: KnownModel, main: CapabilityName | undefined): boolean {
  return main !== undefined && (TASKS[task] ?? []).includes(main);
}

function missing(
  names: readonly CapabilityName[] = [],
  holds: (name: CapabilityName) => boolean,
): CapabilityName[] {
  return names.filter((name) => !holds(name));
}

/** One row per task of the Hub: what its models are taken for. */
function confusionTable(scored: readonly Scored[]): string {
  const tasks = [...new Set(scored.flatMap(({ model }) => model.task ?? []))].sort();
  const rows = tasks.map((task) => {
    const models = scored.filter(({ model }) => model.task === task);
    const counts = new Map<string, number>();
    for (const { main } of models) {
      const name = main ?? "nothing sure";
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const found = [...counts].sort(([, a], [, b]) => b - a);
    const words = found.map(([name, count]) => `${name} ${String(count)}`).join(", ");
    const right = models.filter(({ model, main }) => isOf(model, main)).length;
    const agree = task in TASKS ? String(right) : "";
    return [task, words, agree, String(models.length)];
  });
  const known = scored.filter(({ model }) => (model.task ?? "") in TASKS);
  const right = known.filter(({ model, main }) => isOf(model, main)).length;
  const others = scored
    .filter(({ model, main }) => (model.task ?? "") in TASKS && !isOf(model, main))
    .map(({ model, main }) => `\`${model.repo}\` (${model.task ?? ""}): ${main ?? "nothing sure"}`);
  return [
    markdownTable(["The Hub's task", "Taken for", "Right", "Models"], rows, 2),
    `${String(right)} of the ${String(known.length)} models whose task has a capability agree. The others:`,
    others.map((line) => `- ${line}`).join("\n"),
  ].join("\n\n");
}

/** How often what is certain of a model was found, per capability. */
function certainTable(scored: readonly Scored[]): string {
  const rows = CAPABILITY_NAMES.flatMap((name) => {
    const has = scored.filter(({ model }) => model.has?.includes(name));
    const lacks = scored.filter(({ model }) => model.lacks?.includes(name));
    if (has.length + lacks.length === 0) return [];
    const found = has.filter(({ all }) => all[name]?.verdict === "yes").length;
    const spared = lacks.filter(({ all }) => all[name]?.verdict !== "yes").length;
    return [
      [
        name,
        `${String(found)} of ${String(has.length)}`,
        `${String(spared)} of ${String(lacks.length)}`,
      ],
    ];
  });
  return markdownTable(["Capability", "Found where it is", "Not found where it is not"], rows, 1);
}
