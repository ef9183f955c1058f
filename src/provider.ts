import { parseScoreInput, parseText, parseTokens } from "./config/call-input.js";
import { normaliseInput, withSystemPrompt, type NormalisedInput } from "./config/messages.js";
import {
  resolveCallOptions,
  resolveGenerateOptions,
  resolveProviderConfig,
  toNativeSampling,
} from "./config/resolve.js";
import type { ResolvedGenerateOptions, ResolvedProviderConfig } from "./config/resolved.js";
import type {
  CallOptions,
  GenerateOptions,
  MessageInput,
  ProviderOptions,
} from "./config/types.js";
import { InvalidRequestError, UnsupportedFeatureError } from "./errors.js";
import type {
  NativeGenerateRequest,
  NativeGenerateResult,
  NativeModel,
  NativeScoreResult,
} from "./native/binding.js";
import { CallScope } from "./runtime/call-scope.js";
import { Generation } from "./runtime/generation.js";
import { ModelHost, type HostedModel } from "./runtime/model-host.js";
import { describeUsage, type ResourceUsage } from "./runtime/resource-usage.js";
import { toGenerateResult, type GenerateResult, type ScoreResult } from "./runtime/results.js";
import { randomSeed } from "./runtime/random-seed.js";

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
   */
  generate(input: string | readonly MessageInput[], options: GenerateOptions = {}): Generation {
    const callSite = new Error("generate");
    let scope: CallScope | undefined;
    const body = async (onText: (piece: string) => void): Promise<GenerateResult> => {
      const resolved = resolveGenerateOptions(this.#config, options);
      const normalised = normaliseInput(input);
      scope = new CallScope(resolved.signal, resolved.timeout);
      try {
        return await this.#generate(normalised, resolved, scope.signal, onText, callSite);
      } finally {
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
    options: ResolvedGenerateOptions,
    signal: AbortSignal,
    onText: (piece: string) => void,
    callSite: Error,
  ): Promise<GenerateResult> {
    const { onProgress } = options;
    const hosted = await this.#host.load({ signal, onProgress, callSite });
    const request = toRequest(input, options, hosted);
    const texts = new Array<string>(options.n).fill("");
    const native = await hosted.engine.run<NativeGenerateResult>(
      (model) => model.generate(request),
      {
        signal,
        onProgress,
        callSite,
        onText: (piece, index) => {
          texts[index] = (texts[index] ?? "") + piece;
          if (index === 0) onText(piece);
        },
      },
    );
    return toGenerateResult(texts, native, options.logprobs !== false);
  }

  async #run<Result>(
    options: CallOptions,
    submit: (model: NativeModel) => number,
  ): Promise<Result> {
    const callSite = new Error("call");
    const { signal, onProgress } = resolveCallOptions(options);
    const { engine } = await this.#host.load({ signal, onProgress, callSite });
    return await engine.run<Result>(submit, { signal, onProgress, callSite });
  }
}

function toRequest(
  input: NormalisedInput,
  options: ResolvedGenerateOptions,
  { info }: HostedModel,
): NativeGenerateRequest {
  const common = {
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
    return { ...common, prompt: input.prompt };
  }
  const messages =
    "prompt" in input ? [{ role: "user" as const, content: input.prompt }] : input.messages;
  return {
    ...common,
    messages: JSON.stringify(withSystemPrompt(messages, options.system_prompt)),
  };
}

/** As C++ has it: -1 for no log-probabilities at all. */
function alternativesOf(logprobs: boolean | number): number {
  if (logprobs === false) return -1;
  return logprobs === true ? 0 : logprobs;
}
