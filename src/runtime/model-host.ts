import { LOG_LEVELS, type LogSink } from "../config/logger.js";
import type { ResolvedProviderConfig } from "../config/resolved.js";
import type { ProgressListener } from "../config/types.js";
import type { NativeLoadOptions, NativeModelInfo } from "../native/binding.js";
import { doesNotFit } from "../requirements/resource-error.js";
import type { SystemRequirements } from "../requirements/types.js";
import { assess } from "./assess.js";
import { makeCacheFolder } from "./checkpoint-cache.js";
import { closedError, endedError } from "./closed-error.js";
import { contextWarning } from "./context-warning.js";
import { findSource, lookAhead, lookAtSource } from "./find-source.js";
import type { HostedModel } from "./hosted-model.js";
import { waitFor, type Attempt, type WaitOptions } from "./load-attempt.js";
import type { Locating } from "./hub-model.js";
import type { LoadSource } from "./load-options.js";
import { addModel, promise } from "./loaded-models.js";
import { makeRoom } from "./make-room.js";
import { NativeEngine } from "./native-engine.js";
import { onAbort } from "./on-abort.js";
import { Residence } from "./residence.js";
import type { Problems } from "./senses.js";

/**
 * Loads a provider's model on first use, once, and frees it.
 * absent -> loading -> ready, back to absent when loading fails or is given up by all
 * who waited; from anywhere to closed, for good. Owns the native engine.
 */
export class ModelHost {
  readonly #config: ResolvedProviderConfig;
  #attempt: Attempt | undefined;
  readonly #unsettled = new Set<Promise<HostedModel>>();
  readonly #checks = new Map<Promise<SystemRequirements>, AbortController>();
  #ready: HostedModel | undefined;
  #closed: Promise<void> | undefined;
  #leaving: Promise<void> = Promise.resolve();
  #forget: () => void = () => undefined;
  readonly #residence: Residence;

  constructor(config: ResolvedProviderConfig) {
    this.#config = config;
    this.#residence = new Residence(config.placement.keep_alive, {
      isLoaded: () => this.#ready !== undefined,
      bytesOn: (device) => this.#bytesOn(device),
      leave: () => this.#leave(),
    });
  }

  /** Keeps the model in memory, once it is there, until the result is called. */
  hold(): () => void {
    return this.#residence.hold();
  }

  /**
   * Whether the model fits, and where it lies or would.
   *
   * @throws {InvalidRequestError} INVALID_REQUEST after close()
   */
  check({ signal, onProgress }: WaitOptions = {}): Promise<SystemRequirements> {
    this.assertOpen();
    const controller = new AbortController();
    const stopListening = onAbort(signal, () => {
      controller.abort(signal?.reason);
    });
    if (signal?.aborted === true) controller.abort(signal.reason);
    const outcome = this.#check(controller.signal, onProgress).finally(stopListening);
    this.#checks.set(outcome, controller);
    const forget = (): void => {
      this.#checks.delete(outcome);
    };
    outcome.then(forget, forget);
    return outcome;
  }

  async #check(
    signal: AbortSignal,
    onProgress: ProgressListener | undefined,
  ): Promise<SystemRequirements> {
    signal.throwIfAborted();
    return await lookAtSource(
      this.#config,
      this.#locating(signal, onProgress),
      async ({ source }) => {
        return await this.#assessAlone(source, signal);
      },
    );
  }

  /** By an engine of its own. */
  async #assessAlone(source: LoadSource, signal: AbortSignal): Promise<SystemRequirements> {
    const config = this.#config;
    const engine = new NativeEngine(config);
    try {
      const job = { engine, config, source, signal, own: this.#residence };
      return (await assess(job)).requirements;
    } finally {
      await engine.close();
    }
  }

  get ready(): HostedModel | undefined {
    return this.#ready;
  }

  /**
   * The loaded model. Aborting gives up this caller's wait, and loading itself when no
   * other call waits for it.
   *
   * @throws {InvalidRequestError} INVALID_REQUEST after close()
   */
  async load(options: WaitOptions = {}): Promise<HostedModel> {
    options.signal?.throwIfAborted();
    this.assertOpen();
    if (this.#ready !== undefined) return this.#ready;
    const attempt = (this.#attempt ??= this.#start());
    return await waitFor(attempt, options);
  }

  assertOpen(): void {
    if (this.#closed !== undefined) throw closedError();
  }

  /** Stops everything and frees the model. Idempotent: always the same promise. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#attempt?.controller.abort(endedError());
    // Abandoned ones too: each frees its engine itself, and its threads end with it.
    for (const controller of this.#checks.values()) controller.abort(endedError());
    await Promise.allSettled([...this.#unsettled, ...this.#checks.keys()]);
    await this.#leave();
  }

  /** Frees the model, which the next call loads again unless this is closed. */
  #leave(): Promise<void> {
    const ready = this.#ready;
    this.#ready = undefined;
    this.#forget();
    this.#residence.stop();
    if (ready !== undefined) {
      this.#leaving = Promise.all([this.#leaving, ready.engine.close()]).then(() => undefined);
    }
    return this.#leaving;
  }

  #bytesOn(device: string): number {
    const usage = this.#ready?.engine.usage().devices.find(({ id }) => id === device);
    if (usage === undefined) return 0;
    return usage.weightsBytes + usage.kvCacheBytes + usage.computeBytes;
  }

  #start(): Attempt {
    const controller = new AbortController();
    const listeners = new Set<ProgressListener>();
    const outcome = this.#load(controller.signal, (progress) => {
      for (const listener of listeners) listener(progress);
    });
    const attempt: Attempt = { outcome, controller, listeners, waiting: 0 };
    const forget = (): void => {
      if (this.#attempt === attempt) this.#attempt = undefined;
    };
    const settle = (): void => {
      forget();
      this.#unsettled.delete(outcome);
    };
    this.#unsettled.add(outcome);
    outcome.then(settle, settle);
    controller.signal.addEventListener("abort", forget, { once: true });
    return attempt;
  }

  async #load(signal: AbortSignal, onProgress: ProgressListener): Promise<HostedModel> {
    await this.#leaving;
    const config = this.#config;
    const locating = this.#locating(signal, onProgress);
    await lookAhead(config, locating, async ({ source }) => {
      // What does not fit is not worth a download.
      assertFits(source, await this.#assessAlone(source, signal));
    });
    const { source, problems } = await findSource(config, locating);
    const engine = new NativeEngine(config);
    try {
      const { options, requirements } = await assess({ engine, config, source, signal });
      assertFits(source, requirements);
      await makeCacheFolder(source.plan?.cachePath, config.weights);
      await makeRoom(requirements.devices, config.placement.max_memory);
      signal.throwIfAborted();
      const info = await loadInto(engine, options, requirements, { signal, onProgress });
      // Given up by all who waited, in the same moment: another attempt may run already.
      signal.throwIfAborted();
      const { plan } = requirements;
      this.#ready = { engine, info, plan, problems: { ...problemsOf(info), ...problems } };
      this.#forget = addModel(this.#residence);
      this.#residence.touch();
      const warning = contextWarning(info);
      if (warning !== undefined) this.#log("warn", warning);
      return this.#ready;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  #locating(signal: AbortSignal, onProgress?: ProgressListener): Locating {
    return { hub: this.#config.hub, signal, onProgress, log: this.#log };
  }

  readonly #log: LogSink = (level, text) => {
    const { logger, log_level: least } = this.#config;
    if (LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(least)) logger?.(level, text);
  };
}

/** @throws {ResourceError} RESOURCE */
function assertFits({ path }: LoadSource, requirements: SystemRequirements): void {
  if (requirements.verdict === "does_not_fit") throw doesNotFit(path, requirements);
}

/** What turned out while loading costs the pictures and the sounds. */
function problemsOf({ mediaProblem }: NativeModelInfo): Problems {
  return mediaProblem === undefined
    ? {}
    : { pictureProblem: mediaProblem, soundProblem: mediaProblem };
}

/** Nobody else may count on the memory meanwhile. */
async function loadInto(
  engine: NativeEngine,
  options: NativeLoadOptions,
  { devices }: SystemRequirements,
  listeners: { readonly signal: AbortSignal; readonly onProgress: ProgressListener },
): Promise<NativeModelInfo> {
  const needed = devices.map(({ device, needed_bytes }) => [device, needed_bytes]);
  const release = promise(Object.fromEntries(needed) as Record<string, number>);
  try {
    return await engine.run<NativeModelInfo>((model) => model.load(options), listeners);
  } finally {
    release();
  }
}
