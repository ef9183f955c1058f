import { LOG_LEVELS, type LogSink } from "../config/logger.js";
import type { ResolvedProviderConfig } from "../config/resolved.js";
import type { ProgressListener } from "../config/types.js";
import { withCallSite } from "../errors.js";
import type { NativeModelInfo } from "../native/binding.js";
import type { NativeCheckpointPlan } from "../native/checkpoint-plan.js";
import { alsoEnded, closedError, endedError } from "./closed-error.js";
import { contextWarning } from "./context-warning.js";
import {
  assertNoProjector,
  assertWeightsStay,
  defaultContext,
  readCheckpoint,
} from "./checkpoint.js";
import type { Locating } from "./hub-model.js";
import { locateAdapters, locateFile, locateModel } from "./locate-model.js";
import { onAbort } from "./on-abort.js";
import { NativeEngine } from "./native-engine.js";
import { projectorSenses, type Senses } from "./senses.js";

export interface HostedModel {
  readonly engine: NativeEngine;
  readonly info: NativeModelInfo;
  /** Why it takes no pictures or no sounds, although it has a part for that. */
  readonly problems: Pick<Senses, "pictureProblem" | "soundProblem">;
}

/** What to load: a GGUF file, or a checkpoint and how it becomes one; and how it sees and hears. */
interface Found extends Senses {
  readonly path: string;
  readonly plan?: NativeCheckpointPlan;
}

/** One attempt to load, shared by all calls that came while it ran. */
interface Attempt {
  readonly outcome: Promise<HostedModel>;
  readonly controller: AbortController;
  readonly listeners: Set<ProgressListener>;
  waiting: number;
}

interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Made where the user called, for the stack of errors. */
  readonly callSite?: Error | undefined;
}

/**
 * Loads a provider's model on first use, once, and frees it.
 * absent -> loading -> ready, back to absent when loading fails or is given up by all
 * who waited; from anywhere to closed, for good. Owns the native engine.
 */
export class ModelHost {
  readonly #config: ResolvedProviderConfig;
  #attempt: Attempt | undefined;
  readonly #unsettled = new Set<Promise<HostedModel>>();
  #ready: HostedModel | undefined;
  #closed: Promise<void> | undefined;

  constructor(config: ResolvedProviderConfig) {
    this.#config = config;
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
    await Promise.allSettled(this.#unsettled);
    await this.#ready?.engine.close();
    this.#ready = undefined;
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

  async #find(locating: Locating): Promise<Found> {
    const { model, weights, mmproj } = this.#config;
    const { signal } = locating;
    const { path, isCheckpoint, projector } = await locateModel(model, locating);
    signal.throwIfAborted();
    if (isCheckpoint) {
      assertNoProjector(mmproj, path);
      const adapters = await locateAdapters(weights.adapters, locating);
      return { path, ...(await readCheckpoint(path, { ...weights, adapters }, signal)) };
    }
    assertWeightsStay(weights, path);
    const named = mmproj === undefined ? undefined : await locateFile(mmproj, "file", locating);
    return { path, ...(await projectorSenses(path, named, projector)) };
  }

  async #load(signal: AbortSignal, onProgress: ProgressListener): Promise<HostedModel> {
    const { draft_model, hub } = this.#config;
    const locating = { hub, signal, onProgress, log: this.#log };
    const found = await this.#find(locating);
    const { path, plan, vision, hearing, mediaOptional, ...problems } = found;
    const draft = draft_model === undefined ? "" : await locateFile(draft_model, "gguf", locating);
    signal.throwIfAborted();
    const engine = new NativeEngine(this.#config);
    try {
      const info = await engine.run<NativeModelInfo>(
        (model) =>
          model.load({
            path,
            ...(plan === undefined ? {} : { plan }),
            ...(vision === undefined ? {} : { vision }),
            ...(hearing === undefined ? {} : { hearing }),
            mediaOptional: mediaOptional ?? false,
            contextSize: this.#config.context_window ?? (plan ? defaultContext(plan) : 0),
            threads: this.#config.threads ?? 0,
            cpuOnly: this.#config.device_map === "cpu",
            cacheCells: this.#config.kv_cache_tokens ?? 0,
            cacheTypeK: this.#config.cache_type_k ?? "",
            cacheTypeV: this.#config.cache_type_v ?? "",
            flashAttention: flashAttention(this.#config.use_flash_attention),
            draftPath: draft,
            maxQueue: this.#config.max_queue,
            logLevel: this.#config.logger === undefined ? "" : this.#config.log_level,
          }),
        { signal, onProgress },
      );
      // Given up by all who waited, in the same moment: another attempt may run already.
      signal.throwIfAborted();
      this.#ready = { engine, info, problems: { ...problemsOf(info), ...problems } };
      const warning = contextWarning(info);
      if (warning !== undefined) this.#log("warn", warning);
      return this.#ready;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  readonly #log: LogSink = (level, text) => {
    const { logger, log_level: least } = this.#config;
    if (LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(least)) logger?.(level, text);
  };
}

function flashAttention(option: boolean | "auto"): "auto" | "on" | "off" {
  if (option === "auto") return "auto";
  return option ? "on" : "off";
}

/** Waits for a shared attempt with one caller's signal and progress listener. */
async function waitFor(
  attempt: Attempt,
  { signal, onProgress, callSite }: WaitOptions,
): Promise<HostedModel> {
  return await new Promise<HostedModel>((resolve, reject) => {
    let settled = false;
    const leave = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      attempt.listeners.delete(listener);
      stopListening();
      attempt.waiting -= 1;
      finish();
    };
    const giveUp = (reason: unknown): void => {
      leave(() => {
        reject(reason);
        if (attempt.waiting === 0) attempt.controller.abort(reason);
      });
    };
    const listener: ProgressListener = (progress) => {
      try {
        onProgress?.(progress);
      } catch (error) {
        giveUp(error);
      }
    };
    attempt.waiting += 1;
    attempt.listeners.add(listener);
    const stopListening = onAbort(signal, () => {
      giveUp(signal?.reason);
    });
    attempt.outcome.then(
      (model) => {
        leave(() => {
          resolve(model);
        });
      },
      (error: unknown) => {
        leave(() => {
          reject(alsoEnded(error, withCallSite(error, callSite)));
        });
      },
    );
  });
}

/** What turned out while loading costs the pictures and the sounds. */
function problemsOf({ mediaProblem }: NativeModelInfo): HostedModel["problems"] {
  return mediaProblem === undefined
    ? {}
    : { pictureProblem: mediaProblem, soundProblem: mediaProblem };
}
