import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { sendBody, type Fault, type Seen } from "./faults.js";
import { Repository, type Commit, type RepositoryOptions, type StoredFile } from "./repository.js";

export { filesOf } from "./repository.js";
export type { Fault, Seen } from "./faults.js";

/** What the Hub answers, before the body. */
interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer;
}

/**
 * The Hugging Face Hub on this machine, as far as downloading goes: listings with pages, files
 * by redirects (small ones within the Hub, large ones to a second server), ranges, the headers
 * X-Repo-Commit, X-Linked-Etag, X-Linked-Size and X-Xet-Hash, and its errors.
 */
export class FakeHub {
  readonly #hub: Server;
  readonly #cdn: Server;
  readonly #repositories = new Map<string, Repository>();
  readonly requests: Seen[] = [];
  /** Entries per page of a listing. */
  pageSize = 1000;
  /** Asked for each request; undefined for an answer as it should be. */
  fault: (request: Seen) => Fault | undefined = () => undefined;

  private constructor() {
    const serve =
      (server: Seen["server"]) =>
      (request: IncomingMessage, response: ServerResponse): void => {
        // A client that goes away is nothing to fail of.
        response.on("error", () => undefined);
        this.#serve(server, request, response).catch((error: unknown) => {
          response.destroy(error as Error);
        });
      };
    this.#hub = createServer(serve("hub"));
    this.#cdn = createServer(serve("cdn"));
  }

  static async start(): Promise<FakeHub> {
    const fake = new FakeHub();
    await Promise.all([listening(fake.#hub), listening(fake.#cdn)]);
    return fake;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${String(portOf(this.#hub))}`;
  }

  add(
    id: string,
    files: Readonly<Record<string, Buffer | string>>,
    options: RepositoryOptions = {},
  ): Repository {
    const repository = new Repository(id, options);
    repository.commit(files);
    this.#repositories.set(id, repository);
    return repository;
  }

  remove(id: string): void {
    this.#repositories.delete(id);
  }

  /** Requests for the content of files. */
  get downloads(): Seen[] {
    return this.requests.filter(
      ({ server, path }) => server === "cdn" || path.includes("resolve-cache"),
    );
  }

  async stop(): Promise<void> {
    for (const server of [this.#hub, this.#cdn]) {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    }
  }

  async #serve(
    server: Seen["server"],
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const seen: Seen = {
      server,
      method: request.method ?? "",
      path: request.url ?? "",
      range: request.headers.range,
      authorization: request.headers.authorization,
      index: this.requests.length,
    };
    this.requests.push(seen);
    const fault = this.fault(seen);
    if (fault?.kind === "reset") {
      response.destroy();
      return;
    }
    const { status, headers, body } =
      fault?.kind === "status"
        ? { status: fault.status, headers: fault.headers, body: Buffer.from("as it was told") }
        : withRange(this.#answer(seen), fault?.kind === "whole" ? undefined : seen.range);
    response.writeHead(status, { ...headers, "content-length": String(body?.length ?? 0) });
    if (seen.method === "HEAD" || body === undefined) response.end();
    else await sendBody(response, body, fault);
  }

  #answer(seen: Seen): Answer {
    const url = new URL(seen.path, "http://x");
    const path = decodeURIComponent(url.pathname);
    if (seen.server === "cdn") return this.#content(path.slice(1), seen);
    const [, search] = /^\/api\/models$/.exec(path) ? [path, true] : [];
    if (search) return this.#search(url.searchParams);
    const api = /^\/api\/models\/((?:[^/]+\/)?[^/]+)\/(revision|tree|refs)(?:\/(.+))?$/.exec(path);
    const cached = /^\/api\/resolve-cache\/models\/((?:[^/]+\/)?[^/]+)\/([^/]+)\/(.+)$/.exec(path);
    const file = /^\/((?:[^/]+\/)?[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path);
    const id = (api ?? cached ?? file)?.[1] ?? "";
    const repository = this.#repositories.get(id);
    const refusal = refuse(repository, seen);
    if (refusal !== undefined || repository === undefined) return refusal ?? error(404, "");
    if (api?.[2] === "refs") return json(refsOf(repository));
    const revision = api?.[3] ?? cached?.[2] ?? file?.[2] ?? "main";
    const commit = repository.find(revision);
    if (commit === undefined) return error(404, "RevisionNotFound", `Invalid rev id: ${revision}`);
    const head = { "x-repo-commit": commit.id };
    if (api?.[2] === "revision") return json({ id, sha: commit.id, private: false });
    if (api?.[2] === "tree") return this.#tree(repository, commit, url);
    const gate = gated(repository, seen);
    if (gate !== undefined) return gate;
    const stored = commit.files.get((cached ?? file)?.[3] ?? "");
    if (stored === undefined) {
      return {
        ...error(404, "EntryNotFound", "Entry not found"),
        headers: { ...head, "x-error-code": "EntryNotFound" },
      };
    }
    if (cached !== null)
      return {
        status: 200,
        headers: { ...head, etag: `"${stored.oid}"`, "accept-ranges": "bytes" },
        body: stored.content,
      };
    return {
      status: stored.sha256 === undefined ? 307 : 302,
      headers: { ...head, ...this.#location(id, commit, stored) },
    };
  }

  #location(
    id: string,
    commit: Commit,
    { path, content, oid, sha256 }: StoredFile,
  ): Record<string, string> {
    const common = { "x-linked-size": String(content.length) };
    if (sha256 === undefined) {
      return {
        ...common,
        etag: `"${oid}"`,
        location: `/api/resolve-cache/models/${id}/${commit.id}/${path}`,
      };
    }
    return {
      ...common,
      "x-linked-etag": `"${sha256}"`,
      "x-xet-hash": sha256,
      link: `<${this.endpoint}/api/models/${id}/xet-read-token/${commit.id}>; rel="xet-auth"`,
      // Another name: Python takes a server of the same name for the Hub itself.
      location: `http://localhost:${String(portOf(this.#cdn))}/${sha256}?Signature=secret`,
    };
  }

  /** The second server knows hashes only, and refuses whoever shows a token. */
  #content(name: string, { authorization, path }: Seen): Answer {
    if (authorization !== undefined || !path.includes("Signature=")) return error(400, "");
    for (const repository of this.#repositories.values()) {
      for (const { files } of repository.commits.values()) {
        for (const { sha256, content } of files.values()) {
          if (sha256 === name) {
            return {
              status: 200,
              headers: { etag: `"${sha256.slice(0, 32)}"`, "accept-ranges": "bytes" },
              body: content,
            };
          }
        }
      }
    }
    return error(404, "");
  }

  #tree(repository: Repository, commit: Commit, url: URL): Answer {
    const entries = [...commit.files.values()].map((file) => entryOf(file, repository.options));
    const start = Number(url.searchParams.get("cursor") ?? "0");
    const end = start + this.pageSize;
    const next = `${this.endpoint}${url.pathname}?recursive=true&cursor=${String(end)}`;
    const headers = end < entries.length ? { link: `<${next}>; rel="next"` } : {};
    return json(entries.slice(start, end), headers);
  }

  #search(wanted: URLSearchParams): Answer {
    const ids = [...this.#repositories.keys()].filter((id) => {
      const search = wanted.get("search")?.toLowerCase() ?? "";
      const author = wanted.get("author");
      return id.toLowerCase().includes(search) && (author === null || id.startsWith(`${author}/`));
    });
    return json(ids.map((id) => ({ id, modelId: id })));
  }
}

/** As the Hub does it: what nobody may know of is 401 for strangers. */
function refuse(repository: Repository | undefined, { authorization }: Seen): Answer | undefined {
  if (authorization === "Bearer wrong") {
    return error(401, "", "Invalid credentials in Authorization header");
  }
  const privateTo = repository?.options.privateTo;
  const isHidden = privateTo !== undefined && authorization !== `Bearer ${privateTo}`;
  if (repository !== undefined && !isHidden) return undefined;
  return error(authorization === undefined ? 401 : 404, "RepoNotFound", "Repository not found");
}

function gated({ id, options }: Repository, { authorization }: Seen): Answer | undefined {
  if (options.gatedTo === undefined || authorization === `Bearer ${options.gatedTo}`)
    return undefined;
  return error(
    authorization === undefined ? 401 : 403,
    "GatedRepo",
    `Access to model ${id} is restricted.`,
  );
}

function refsOf({ branches, tags }: Repository): object {
  const list = (refs: ReadonlyMap<string, string>, kind: string): object[] =>
    [...refs].map(([name, commit]) => ({
      name,
      ref: `refs/${kind}/${name}`,
      targetCommit: commit,
    }));
  return { branches: list(branches, "heads"), tags: list(tags, "tags"), converts: [] };
}

function entryOf(
  { path, content, oid, sha256 }: StoredFile,
  { claimedSizes }: RepositoryOptions,
): object {
  const size = claimedSizes?.[path] ?? content.length;
  const entry = { type: "file", oid, size, path };
  return sha256 === undefined
    ? entry
    : { ...entry, lfs: { oid: sha256, size, pointerSize: 134 }, xetHash: sha256 };
}

function withRange(answer: Answer, range: string | undefined): Answer {
  const { status, body, headers } = answer;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  if (status !== 200 || body === undefined || first === undefined) return answer;
  const start = Number(first);
  const end =
    last === "" || last === undefined ? body.length : Math.min(body.length, Number(last) + 1);
  const size = String(body.length);
  if (start >= body.length) return { status: 416, headers: { "content-range": `bytes */${size}` } };
  const content = { "content-range": `bytes ${String(start)}-${String(end - 1)}/${size}` };
  return { status: 206, headers: { ...headers, ...content }, body: body.subarray(start, end) };
}

function error(status: number, code: string, message = ""): Answer {
  const headers = {
    ...(code === "" ? {} : { "x-error-code": code }),
    ...(message === "" ? {} : { "x-error-message": message }),
  };
  return { status, headers, body: Buffer.from(JSON.stringify({ error: message })) };
}

function json(value: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status: 200,
    headers: { "content-type": "application/json", ...headers },
    body: Buffer.from(JSON.stringify(value)),
  };
}

async function listening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
