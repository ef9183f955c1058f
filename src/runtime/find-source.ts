import type { ResolvedProviderConfig } from "../config/resolved.js";
import { assertNoProjector, assertWeightsStay, readCheckpoint } from "./checkpoint.js";
import type { Locating } from "./hub-model.js";
import type { LoadSource } from "./load-options.js";
import { locateAdapters, locateFile, locateModel, type ModelPlace } from "./locate-model.js";
import { lookAtFile, lookAtModel, type ModelView } from "./look-at-model.js";
import { projectorSenses, type Problems, type Senses } from "./senses.js";

/** What there is to load. */
export interface FoundSource {
  readonly source: LoadSource;
  readonly problems: Problems;
}

/** What else belongs to a GGUF model: absolute paths. */
interface Companions {
  readonly projector: string | undefined;
  readonly draft: string | undefined;
}

/**
 * What the options of a provider mean: the model, its projector, and the one that guesses ahead.
 * What of them is on the Hub is downloaded.
 *
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND
 * @throws {ModelLoadingError} MODEL_LOADING
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE
 * @throws what `fetchSnapshot` throws
 */
export async function findSource(
  config: ResolvedProviderConfig,
  locating: Locating,
): Promise<FoundSource> {
  const place = await locateModel(config.model, locating);
  locating.signal.throwIfAborted();
  assertSuits(config, place);
  const { mmproj, draft_model } = config;
  const companions = {
    projector: mmproj === undefined ? undefined : await locateFile(mmproj, "file", locating),
    draft: draft_model === undefined ? undefined : await locateFile(draft_model, "gguf", locating),
  };
  return await readSource(config, place, companions, locating);
}

/**
 * The same from headers alone: of what is on the Hub, only those are downloaded, and they are
 * there during the work only. Adapters are small, and are downloaded whole.
 */
export async function lookAtSource<T>(
  config: ResolvedProviderConfig,
  locating: Locating,
  work: (found: FoundSource) => Promise<T>,
): Promise<T> {
  return await lookAtModel(config.model, locating, (view) =>
    lookAround(config, view, locating, work),
  );
}

/** The same for a model that is on the Hub and not on this machine; nothing for others. */
export async function lookAhead<T>(
  config: ResolvedProviderConfig,
  locating: Locating,
  work: (found: FoundSource) => Promise<T>,
): Promise<T | undefined> {
  return await lookAtModel(config.model, locating, async (view) =>
    view.url === undefined ? undefined : await lookAround(config, view, locating, work),
  );
}

async function lookAround<T>(
  config: ResolvedProviderConfig,
  view: ModelView,
  locating: Locating,
  work: (found: FoundSource) => Promise<T>,
): Promise<T> {
  assertSuits(config, view);
  const { mmproj, draft_model } = config;
  return await lookAtOptional(mmproj, "file", locating, (projector) =>
    lookAtOptional(draft_model, "gguf", locating, async (draft) =>
      work(await readSource(config, view, { projector, draft }, locating)),
    ),
  );
}

async function lookAtOptional<T>(
  file: string | undefined,
  kind: "gguf" | "file",
  locating: Locating,
  work: (path: string | undefined) => Promise<T>,
): Promise<T> {
  return file === undefined ? await work(undefined) : await lookAtFile(file, kind, locating, work);
}

function assertSuits(
  { weights, mmproj }: ResolvedProviderConfig,
  { path, isCheckpoint }: ModelPlace,
): void {
  if (isCheckpoint) assertNoProjector(mmproj, path);
  else assertWeightsStay(weights, path);
}

async function readSource(
  { weights }: ResolvedProviderConfig,
  { path, isCheckpoint, projector: known }: ModelPlace,
  { projector, draft = "" }: Companions,
  locating: Locating,
): Promise<FoundSource> {
  const { signal } = locating;
  signal.throwIfAborted();
  if (isCheckpoint) {
    const adapters = await locateAdapters(weights.adapters, locating);
    const { plan, ...senses } = await readCheckpoint(path, { ...weights, adapters }, signal);
    return toFound({ path, plan, adapters, draft }, senses);
  }
  const senses = await projectorSenses(path, projector, known);
  signal.throwIfAborted();
  return toFound({ path, adapters: [], draft }, senses);
}

function toFound(
  source: Pick<LoadSource, "path" | "plan" | "adapters" | "draft">,
  { pictureProblem, soundProblem, ...senses }: Senses,
): FoundSource {
  const problems = {
    ...(pictureProblem === undefined ? {} : { pictureProblem }),
    ...(soundProblem === undefined ? {} : { soundProblem }),
  };
  return { source: { ...source, ...senses }, problems };
}
