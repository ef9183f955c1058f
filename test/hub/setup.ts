import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ResolvedHub } from "../../src/config/resolved.js";
import type { LogLevel } from "../../src/config/logger.js";
import type { Progress } from "../../src/config/types.js";
import { parseRepoReference } from "../../src/hub/repo-reference.js";
import { hubSettings, type HubSettings } from "../../src/hub/settings.js";
import { fetchSnapshot, type Snapshot, type SnapshotRequest } from "../../src/hub/snapshot.js";
import { chooseProjector } from "../../src/runtime/find-projector.js";
import { FakeHub } from "../helpers/fake-hub/fake-hub.js";

export interface HubTest {
  readonly fake: FakeHub;
  /** Of this test. */
  readonly cache: string;
  readonly logs: [LogLevel, string][];
  readonly progress: Progress[];
  /** Fetches as the package does, with retries that do not wait. */
  readonly fetch: (model: string, options?: FetchOptions) => Promise<Snapshot>;
}

export interface FetchOptions extends Partial<ResolvedHub> {
  readonly kind?: SnapshotRequest["kind"];
  readonly memory?: number;
  readonly signal?: AbortSignal;
  readonly settings?: Partial<HubSettings>;
}

const NO_OPTIONS: ResolvedHub = {
  cache_dir: undefined,
  token: undefined,
  revision: undefined,
  local_files_only: false,
};

/** A fake Hub and an empty cache for each test of a suite. */
export function useHub(): () => HubTest {
  let test: HubTest | undefined;
  beforeEach(async () => {
    const fake = await FakeHub.start();
    const cache = await mkdtemp(join(tmpdir(), "abstractllm-hub-"));
    const [logs, progress]: [HubTest["logs"], Progress[]] = [[], []];
    test = {
      fake,
      cache,
      logs,
      progress,
      fetch: async (model, options = {}) => {
        const reference = parseRepoReference(model);
        if (reference === undefined) throw new Error(`${model} is no repository`);
        const { kind = "model", memory = 2 ** 34, signal, settings, ...hub } = options;
        return await fetchSnapshot(
          {
            model,
            reference,
            kind,
            memory,
            chooseProjector,
            revision: hub.revision,
            settings: { ...testSettings(fake.endpoint, cache, hub), ...settings },
          },
          {
            signal: signal ?? new AbortController().signal,
            onProgress: (event) => progress.push(event),
            log: (level, text) => logs.push([level, text]),
          },
        );
      },
    };
  });
  afterEach(async () => {
    await test?.fake.stop();
    if (test !== undefined) await rm(test.cache, { recursive: true, force: true });
    test = undefined;
  });
  return () => {
    if (test === undefined) throw new Error("useHub() serves tests and their hooks only");
    return test;
  };
}

function testSettings(endpoint: string, cache: string, hub: Partial<ResolvedHub>): HubSettings {
  // Nothing of the machine's own environment: neither its token, nor its proxies.
  const env = { HF_ENDPOINT: endpoint, HF_HOME: cache, HF_HUB_CACHE: join(cache, "hub") };
  return { ...hubSettings({ ...NO_OPTIONS, ...hub }, env), retryDelayMs: 1 };
}
