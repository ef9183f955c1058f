import { parseScoreInput, parseText, parseTokens } from "./config/call-input.js";
import { normaliseInput, withSystemPrompt, type NormalisedInput } from "./config/messages.js";
import {
  resolveCallOptions,
  resolveCapabilityOptions,
  resolveClassifyOptions,
  resolveEmbedOptions,
  resolveGenerateOptions,
  resolveProviderConfig,
  resolveRerankOptions,
  toNativeSampling,
} from "./config/resolve.js";
import type {
  ResolvedCallOptions,
  ResolvedGenerateOptions,
  ResolvedProviderConfig,
} from "./config/resolved.js";
import { normaliseText, normaliseTexts } from "./config/texts.js";
import type {
  CallOptions,
  CapabilityOptions,
  ClassifyOptions,
  EmbedOptions,
  GenerateOptions,
  MessageInput,
  ProviderOptions,
  RerankOptions,
} from "./config/types.js";
import { AbstractLLMError, InvalidRequestError, UnsupportedFeatureError } from "./errors.js";
import type {
  NativeClassifyRequest,
  NativeEmbedResult,
  NativeGenerateRequest,
  NativeGenerateResult,
  NativeModel,
  NativeScoreResult,
} from "./native/binding.js";
import { describeModel } from "./capabilities/describe-model.js";
import type { Capabilities } from "./capabilities/types.js";
import { recommend } from "./recommendations/get-recommendations.js";
import {
  RecommendationList,
  type RecommendationInput,
  type UpdateOptions,
} from "./recommendations/recommendation-list.js";
import type { ModelRecommendation, RecommendationTask } from "./recommendations/types.js";
import type { SystemRequirements } from "./requirements/types.js";
import { CallScope } from "./runtime/call-scope.js";
import { Generation } from "./runtime/generation.js";
import { namingFile } from "./runtime/media-failure.js";
import { readInput, textInput } from "./runtime/media-input.js";
import type { HostedModel } from "./runtime/hosted-model.js";
import { ModelHost } from "./runtime/model-host.js";
import {
  toClassifications,
  toEmbeddings,
  toRanking,
  type LabelScore,
  type RankedDocument,
} from "./runtime/pooled-results.js";
import { describeUsage, type ResourceUsage } from "./runtime/resource-usage.js";
import { toGenerateResult, type GenerateResult, type ScoreResult } from "./runtime/results.js";
import { randomSeed } from "./runtime/random-seed.js";
import { takeFiles, type TakenFiles } from "./runtime/taken-files.js";
import { classifyByLabels, type Classify } from "./runtime/zero-shot.js";

/**
 * A language model inside this process.
 *
 * Constructing one validates the options and does nothing else; the model is loaded by
 * the first call that needs it, once, however many calls come at the same time.
 *
 * @example
 * const llm = new HuggingFaceProvider({ model: "./model.gguf", temperature: 0.7 });
 * console.log(await llm.generate("Hello"));
 * for await (const piece of llm.generate("Hello")) process.stdout.write(piece);
 */
export class HuggingFaceProvider {
  readonly #config: ResolvedProviderConfig;
  readonly #host: ModelHost;
  readonly #recommendations = new RecommendationList();

  /**
   * @throws {InvalidParameterError} INVALID_PARAMETER
   * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for options of later versions
   */
  constructor(options: ProviderOptions = {}) {
    this.#config = resolveProviderConfig(options);
    this.#host = new ModelHost(this.#config);
  }

  /**
   * Generates text from a prompt or a conversation. Chat models get their own template
   * around it (a string is then one user message); base models get a string as it is.
   *
   * All failures come as rejections, invalid options included.
   *
   * @throws {InvalidParameterError} INVALID_PARAMETER
   * @throws {InvalidRequestError} INVALID_REQUEST
   * @throws {ContextWindowExceededError} CONTEXT_WINDOW_EXCEEDED
   * @throws {RequestTimeoutError} REQUEST_TIMEOUT
   * @throws {ModelNotFoundError} MODEL_NOT_FOUND, and what else loading throws
   * @throws {MediaError} MEDIA for files that cannot be read
   * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for files of a kind that the model
   *   does not take
   */
  generate(input: string | readonly MessageInput[], options: GenerateOptions = {}): Generation {
    const callSite = new Error("generate");
    let scope: CallScope | undefined;
    const body = async (onText: (piece: string) => void): Promise<GenerateResult> => {
      const resolved = resolveGenerateOptions(this.#config, options);
      const normalised = normaliseInput(input);
      const files = takeFiles(normalised, resolved.files, resolved.file_limits);
      scope = new CallScope(resolved.signal, resolved.timeout);
      const release = this.#host.hold();
      try {
        const call = { signal: scope.signal, onText, callSite };
        return await this.#generate(normalised, files, resolved, call);
      } catch (error) {
        files.release();
        throw error;
      } finally {
        release();
        scope.dispose();
      }
    };
    return new Generation(body, (reason) => scope?.abort(reason));
  }

  /** Loads the model now instead of on first use. There is no `load()`. */
  async preload(options: CallOptions = {}): Promise<void> {
    const callSite = new Error("preload");
    await this.#host.load({ ...resolveCallOptions(options), callSite });
  }

  /**
   * Token ids of a text, as the model sees it at the beginning of its input; text that
   * looks like special tokens stays text.
   *
   * @throws {InvalidParameterError} INVALID_PARAMETER for what is no string
   */
  async tokenize(text: string, options: CallOptions = {}): Promise<Int32Array> {
    const parsed = parseText(text);
    return await this.#run<Int32Array>(options, (model) => model.tokenize(parsed, true, false));
  }

  /**
   * Text of token ids, without special tokens; of none, the empty text.
   *
   * @throws {InvalidParameterError} INVALID_PARAMETER for ids outside the vocabulary
   */
  async detokenize(tokens: Iterable<number>, options: CallOptions = {}): Promise<string> {
    const ids = parseTokens(tokens);
    return await this.#run<string>(options, (model) => model.detokenize(ids, true));
  }

  /** How many tokens `tokenize` gives. */
  async countTokens(text: string, options: CallOptions = {}): Promise<number> {
    return (await this.tokenize(text, options)).length;
  }

  /**
   * How probable the model finds a text: the natural-log probability of each token
   * given those before it. Token ids are scored as they are, a text as `tokenize` gives it.
   *
   * @throws {InvalidParameterError} INVALID_PARAMETER for what is neither
   * @throws {InvalidRequestError} INVALID_REQUEST for an empty text
   * @throws {ContextWindowExceededError} CONTEXT_WINDOW_EXCEEDED
   */
  async score(input: string | Iterable<number>, options: CallOptions = {}): Promise<ScoreResult> {
    const request = parseScoreInput(input);
    const { tokens, logprobs } = await this.#run<NativeScoreResult>(options, (model) =>
      model.score(request),
    );
    return {
      tokens: Array.from(tokens),
      logprobs: Array.from(logprobs, (value) => (Number.isNaN(value) ? null : value)),
    };
  }

  /**
   * Vectors that tell how alike texts are in meaning, one per text. With `pooling: "none"`
   * a text's array holds the vectors of all its tokens behind each other: with
   * `size = array.length / (await llm.countTokens(text))`, token `t` has the numbers
   * `array.subarray(t * size, (t + 1) * size)`. Many texts are processed at once, each at
   * most as long as the model's context window.
   *
   * The same text has the same vector whatever else is processed with it, up to rounding:
   * less than 0.0001 per number.
   *
   * @throws {InvalidRequestError} INVALID_REQUEST
   * @throws {ContextWindowExceededError} CONTEXT_WINDOW_EXCEEDED; `details.index` says which text
   * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for a file that only ranks
   * @example
   * const [a, b] = await llm.embed(["a cat", "a kitten"]);
   * const cosine = a.reduce((sum, x, i) => sum + x * b[i], 0);
   */
  embed(text: string, options?: EmbedOptions): Promise<Float32Array>;
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
  embed(
    input: string | readonly string[],
    options?: EmbedOptions,
  ): Promise<Float32Array | Float32Array[]>;
  async embed(
    input: string | readonly string[],
    options: EmbedOptions = {},
  ): Promise<Float32Array | Float32Array[]> {
    const { pooling, normalize, ...call } = resolveEmbedOptions(options);
    const texts = normaliseTexts(typeof input === "string" ? [input] : input, "texts");
    const request = { texts, pooling: pooling ?? ("model" as const), normalize };
    const native = await this.#submit<NativeEmbedResult>(call, (model) => model.embed(request));
    const embeddings = toEmbeddings(native);
    return typeof input === "string" ? firstOf(embeddings) : embeddings;
  }

  /**
   * How well documents answer a query, best first, by a model that was trained for it (a
   * cross-encoder). Scores are probabilities, as sentence-transformers gives them.
   *
   * @throws {InvalidRequestError} INVALID_REQUEST
   * @throws {ContextWindowExceededError} CONTEXT_WINDOW_EXCEEDED when query and document
   *   together are too long; `details.index` says which document
   * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for a model without a ranking head
   */
  async rerank(
    query: string,
    documents: readonly string[],
    options: RerankOptions = {},
  ): Promise<RankedDocument[]> {
    const { top_n, return_documents, ...call } = resolveRerankOptions(options);
    const request = {
      query: normaliseText(query, "query"),
      documents: normaliseTexts(documents, "documents"),
    };
    // As they were given: a caller may change its array meanwhile.
    const given = return_documents ? [...documents] : undefined;
    const scores = await this.#submit<Float32Array>(call, (model) => model.rerank(request));
    return toRanking(scores, given, top_n);
  }

  /**
   * The model's labels for a text with their probabilities, best first; for an array, one
   * such list per text.
   *
   * @throws {InvalidRequestError} INVALID_REQUEST
   * @throws {ContextWindowExceededError} CONTEXT_WINDOW_EXCEEDED; `details.index` says which text
   * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for a model without such a head,
   *   and for `labels` by one that does not tell whether one text follows from another
   */
  classify(text: string, options?: ClassifyOptions): Promise<LabelScore[]>;
  classify(texts: readonly string[], options?: ClassifyOptions): Promise<LabelScore[][]>;
  classify(
    input: string | readonly string[],
    options?: ClassifyOptions,
  ): Promise<LabelScore[] | LabelScore[][]>;
  async classify(
    input: string | readonly string[],
    options: ClassifyOptions = {},
  ): Promise<LabelScore[] | LabelScore[][]> {
    const { labels, multi_label, function_to_apply, hypothesis_template, ...call } =
      resolveClassifyOptions(options);
    const texts = normaliseTexts(typeof input === "string" ? [input] : input, "texts");
    const submit: Classify = (request, options) =>
      this.#submit(options, (model) => model.classify(request));
    const classifications =
      labels === undefined
        ? toClassifications(
            await submit({ texts, scores: scoresOf(function_to_apply, multi_label) }, call),
            texts.length,
          )
        : await classifyByLabels(texts, { labels, multi_label, hypothesis_template }, call, submit);
    return typeof input === "string" ? firstOf(classifications) : classifications;
  }

  /**
   * What the model can do, with the evidence for it: from headers and small files, without
   * loading it. Only what is likely is listed: `"image_to_text" in capabilities`. With
   * `{ all: true }` everything is, with the verdicts "no" and "unknown".
   *
   * @throws {ModelNotFoundError} MODEL_NOT_FOUND
   * @throws {ModelLoadingError} MODEL_LOADING when a file is damaged
   * @example
   * const capabilities = await llm.getCapabilities();
   * if ("image_to_text" in capabilities) await llm.generate("Look!", { files: ["a.jpg"] });
   */
  async getCapabilities(options: CapabilityOptions = {}): Promise<Capabilities> {
    const { all, ...call } = resolveCapabilityOptions(options);
    this.#host.assertOpen();
    return await describeModel(this.#config, all, call);
  }

  /**
   * Well-known models for a task, those first that this machine runs well; changed by
   * updateModelRecommendations(). See the function of the same name.
   *
   * @throws {InvalidParameterError} INVALID_PARAMETER for an unknown task
   */
  getModelRecommendations(task: RecommendationTask): ModelRecommendation[] {
    return recommend(this.#recommendations, task);
  }

  /**
   * Adds models to this provider's recommendations for a task, before the others; a model that
   * is listed is replaced. With `{ replace: true }` they take the place of all.
   *
   * @throws {InvalidParameterError} INVALID_PARAMETER
   * @example
   * llm.updateModelRecommendations("text-generation", [["my-model", "Custom model description"]]);
   */
  updateModelRecommendations(
    task: RecommendationTask,
    rows: readonly RecommendationInput[],
    options: UpdateOptions = {},
  ): void {
    this.#recommendations.update(task, rows, options);
  }

  /**
   * Whether the model fits into the memory that is free and that `max_memory` allows: what it
   * takes per device, where it lies, and what would help. Reads headers only; loading makes
   * the same check, and fails with a ResourceError.
   *
   * @throws {ModelNotFoundError} MODEL_NOT_FOUND, and what else loading throws but for memory
   * @example
   * const { verdict, devices, remedies } = await llm.checkSystemRequirements();
   */
  async checkSystemRequirements(options: CallOptions = {}): Promise<SystemRequirements> {
    return await this.#host.check(resolveCallOptions(options));
  }

  /** What the model takes on each device, and how busy it is. */
  getResourceUsage(): Promise<ResourceUsage> {
    return Promise.resolve().then(() => describeUsage(this.#host.ready));
  }

  /**
   * Stops all calls, frees the model and ends its threads. Idempotent; the provider
   * cannot be used afterwards.
   */
  cleanup(): Promise<void> {
    return this.#host.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.cleanup();
  }

  /**
   * @deprecated Models load on first use; `preload()` warms up.
   * @throws {InvalidRequestError} INVALID_REQUEST always
   */
  load(): never {
    throw new InvalidRequestError(
      "There is no load(): models load on first use. To load earlier, await preload().",
    );
  }

  async #generate(
    input: NormalisedInput,
    files: TakenFiles,
    options: ResolvedGenerateOptions,
    { signal, onText, callSite }: GenerateCall,
  ): Promise<GenerateResult> {
    const { onProgress } = options;
    const hosted = await this.#host.load({ signal, onProgress, callSite });
    const shaped = shapeInput(input, options, hosted);
    const { info, problems } = hosted;
    const text = textInput(shaped, files);
    const read =
      text === undefined
        ? await readInput(
            shaped,
            files,
            { ...info, ...problems },
            {
              limits: options.file_limits,
              allowLocalAddresses: options.allow_local_addresses,
              pictures: info.takesImages,
              signal,
              onProgress,
            },
          )
        : { request: text, labels: [] };
    // Reading may have taken long.
    signal.throwIfAborted();
    this.#host.assertOpen();
    const request = { ...toRequest(options), ...read.request };
    const texts = new Array<string>(options.n).fill("");
    const native = await hosted.engine
      .run<NativeGenerateResult>((model) => model.generate(request), {
        signal,
        onProgress,
        callSite,
        onText: (piece, index) => {
          texts[index] = (texts[index] ?? "") + piece;
          if (index === 0) onText(piece);
        },
      })
      .catch((error: unknown) => {
        throw namingFile(error, read.labels);
      });
    return toGenerateResult(texts, native, options.logprobs !== false);
  }

  async #run<Result>(
    options: CallOptions,
    submit: (model: NativeModel) => number,
  ): Promise<Result> {
    return await this.#submit<Result>(resolveCallOptions(options), submit);
  }

  async #submit<Result>(
    { signal, onProgress }: ResolvedCallOptions,
    submit: (model: NativeModel) => number,
  ): Promise<Result> {
    const callSite = new Error("call");
    const release = this.#host.hold();
    try {
      const { engine } = await this.#host.load({ signal, onProgress, callSite });
      return await engine.run<Result>(submit, { signal, onProgress, callSite });
    } finally {
      release();
    }
  }
}

/** What belongs to one generate() besides its input and its options. */
interface GenerateCall {
  readonly signal: AbortSignal;
  readonly onText: (piece: string) => void;
  /** Made where the user called, for the stack of errors. */
  readonly callSite: Error;
}

/** Everything of a request but its input. */
function toRequest(options: ResolvedGenerateOptions): Omit<NativeGenerateRequest, "media"> {
  return {
    parseSpecial: options.parse_special,
    maxTokens: options.max_tokens,
    stop: [...options.stop],
    sampling: toNativeSampling(options, options.seed ?? randomSeed()),
    completions: options.n,
    logprobs: alternativesOf(options.logprobs),
    promptLookup: options.prompt_lookup_num_tokens,
    priority: options.priority,
    truncation: options.truncation_strategy,
  };
}

/** A prompt for a model that gets it as it is, else messages for its chat template. */
function shapeInput(
  input: NormalisedInput,
  options: ResolvedGenerateOptions,
  { info }: HostedModel,
): NormalisedInput {
  if ("prompt" in input && !(info.hasChatTemplate && options.apply_chat_template)) {
    if (options.system_prompt !== undefined && options.system_prompt !== "") {
      throw new UnsupportedFeatureError(
        "Without a chat template there is no place for system_prompt. Write the instructions " +
          "into the prompt.",
        {
          details: {
            feature: "system_prompt",
            parameter: "system_prompt",
            value: options.system_prompt,
          },
        },
      );
    }
    return input;
  }
  const messages =
    "prompt" in input ? [{ role: "user" as const, content: input.prompt }] : input.messages;
  return { messages: withSystemPrompt(messages, options.system_prompt) };
}

/** As C++ has it: -1 for no log-probabilities at all. */
function alternativesOf(logprobs: boolean | number): number {
  if (logprobs === false) return -1;
  return logprobs === true ? 0 : logprobs;
}

function scoresOf(
  applied: "softmax" | "sigmoid" | "none" | undefined,
  isMulti: boolean,
): NativeClassifyRequest["scores"] {
  const names = { softmax: "shares", sigmoid: "each", none: "raw" } as const;
  return names[applied ?? (isMulti ? "sigmoid" : "softmax")];
}

/** Of results for one text: there is always one. */
function firstOf<Result>(results: readonly Result[]): Result {
  const [first] = results;
  if (first === undefined) throw new AbstractLLMError("The engine gave no result for the text.");
  return first;
}
