import { editDistance } from "../internal/edit-distance.js";
import { nearest } from "../internal/nearest.js";
import type { HubConnection } from "./http.js";
import { readJson, type AskOptions } from "./tree.js";

/** A suggestion is not worth a long wait. */
const TIMEOUT_MS = 5000;
const MOST = 3;

/** Repositories with names like one that does not exist; none when the Hub does not say. */
export async function similarRepos(
  hub: HubConnection,
  repo: string,
  signal: AbortSignal,
): Promise<string[]> {
  const [owner, name] = repo.includes("/") ? repo.split("/") : [undefined, repo];
  const found = new Set<string>();
  const searches = [{ search: name }, ...(owner === undefined ? [] : [{ author: owner }])];
  for (const search of searches) {
    const url = hub.url("api/models");
    url.search = new URLSearchParams({ limit: "50", ...search }).toString();
    const list = await ask(hub, url, { signal, timeoutMs: TIMEOUT_MS });
    for (const entry of Array.isArray(list) ? (list as unknown[]) : []) {
      const { id } = (entry ?? {}) as { id?: unknown };
      if (typeof id === "string" && id.length < 100) found.add(id);
    }
  }
  const wanted = repo.toLowerCase();
  const near = [...found]
    .map((id) => ({ id, distance: editDistance(id.toLowerCase(), wanted) }))
    .filter(({ id, distance }) => distance <= Math.max(2, Math.max(id.length, repo.length) / 3));
  return near
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST)
    .map(({ id }) => id);
}

/** The branch or tag with a name like one that does not exist. */
export async function similarRevision(
  hub: HubConnection,
  repo: string,
  revision: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const url = hub.url("api/models", repo, "refs");
  const refs = await ask(hub, url, { signal, timeoutMs: TIMEOUT_MS });
  const { branches = [], tags = [] } = (refs ?? {}) as Record<string, unknown>;
  const names = [branches, tags].flat().flatMap((entry) => {
    const { name } = (entry ?? {}) as { name?: unknown };
    return typeof name === "string" ? [name] : [];
  });
  return nearest(revision, names);
}

async function ask(hub: HubConnection, url: URL, options: AskOptions): Promise<unknown> {
  try {
    return await readJson(await hub.get({ url, ...options }));
  } catch {
    // It was about a suggestion only; the error that it belongs to is on its way.
    options.signal.throwIfAborted();
    return undefined;
  }
}
