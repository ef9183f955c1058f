import assert from "node:assert/strict";
import type { HuggingFaceProvider } from "../../src/index.js";
import { collect } from "../helpers/pieces.js";
import { answerTo } from "../helpers/reference.js";
import type { State } from "./states.js";

/** A public method, called once, and what it has to come to. */
export interface Method {
  readonly call: (llm: HuggingFaceProvider) => unknown;
  readonly check: (value: unknown, state: State) => void;
  /** Waits for the calls before it, so that a busy provider has to be released. */
  readonly waits?: true;
  /** Works in all states: the others are refused once cleanup() was called. */
  readonly always?: true;
}

const QUESTION = "Hello";
const ANSWER = answerTo(QUESTION);
const TOKEN_COUNT = 1;

const isAnswer = (value: unknown): void => {
  assert.equal(value, ANSWER);
};
const isUndefined = (value: unknown): void => {
  assert.equal(value, undefined);
};

export const METHODS: Readonly<Record<string, Method>> = {
  "generate(), awaited": {
    call: (llm) => llm.generate(QUESTION),
    check: isAnswer,
    waits: true,
  },
  "generate(), iterated": {
    call: async (llm) => (await collect(llm.generate(QUESTION, { stream: true }))).join(""),
    check: isAnswer,
    waits: true,
  },
  "generate().result()": {
    call: (llm) => llm.generate([{ role: "user", content: QUESTION }]).result(),
    check: (value) => {
      assert.ok(typeof value === "object" && value !== null && "text" in value);
      assert.equal(value.text, ANSWER);
    },
    waits: true,
  },
  "score()": {
    call: (llm) => llm.score([1, 2, 3]),
    check: (value) => {
      assert.ok(typeof value === "object" && value !== null && "tokens" in value);
      assert.deepEqual(value.tokens, [1, 2, 3]);
    },
    waits: true,
  },
  "embed()": {
    call: (llm) => llm.embed(["one", "two"]),
    check: (value) => {
      assert.ok(Array.isArray(value) && value.length === 2);
      for (const vector of value) assert.ok(vector instanceof Float32Array);
    },
  },
  "tokenize()": {
    call: (llm) => llm.tokenize(QUESTION),
    check: (value) => {
      assert.ok(value instanceof Int32Array && value.length === TOKEN_COUNT);
    },
  },
  "detokenize()": {
    call: async (llm) => await llm.detokenize([9]),
    check: (value) => {
      assert.equal(value, "!");
    },
  },
  "countTokens()": {
    call: (llm) => llm.countTokens(QUESTION),
    check: (value) => {
      assert.equal(value, TOKEN_COUNT);
    },
  },
  "getCapabilities()": {
    call: (llm) => llm.getCapabilities(),
    check: (value) => {
      assert.ok(typeof value === "object" && value !== null && "text_generation" in value);
    },
  },
  "getModelRecommendations()": {
    call: (llm) => llm.getModelRecommendations("text-generation"),
    check: (value) => {
      assert.ok(Array.isArray(value) && value.length > 10);
    },
    always: true,
  },
  "preload()": { call: (llm) => llm.preload(), check: isUndefined },
  "getResourceUsage()": {
    call: (llm) => llm.getResourceUsage(),
    check: (value, state) => {
      assert.ok(typeof value === "object" && value !== null && "loaded" in value);
      // What is being freed is still there.
      const loaded = { new: false, loading: false, ready: true, busy: true, closed: false };
      if (state !== "closing") assert.equal(value.loaded, loaded[state]);
    },
    always: true,
  },
  "cleanup()": { call: (llm) => llm.cleanup(), check: isUndefined, always: true },
  "[Symbol.asyncDispose]()": {
    call: (llm) => llm[Symbol.asyncDispose](),
    check: isUndefined,
    always: true,
  },
};
