import {
  AbstractLLMError,
  AuthenticationError,
  ModelNotFoundError,
  ProviderConnectionError,
  ResourceError,
} from "../errors.js";
import { headerOf, StatusError } from "./http.js";
import { askedWait } from "./retry.js";
import type { HubSettings } from "./settings.js";

/** What was asked for, for the message. */
export interface Asked {
  /** As the user wrote it. */
  readonly model: string;
  readonly repo: string;
  readonly revision: string;
  readonly file?: string;
  /** Names that may have been meant instead. */
  readonly near?: readonly string[];
}

/**
 * What a failed request means to whoever named the model. Errors of this package and reasons of
 * aborts stay as they are.
 */
export function toHubError(error: unknown, asked: Asked, settings: HubSettings): unknown {
  if (error instanceof AbstractLLMError || !(error instanceof Error)) return error;
  if (!(error instanceof StatusError)) return withoutAnswer(error, asked, settings);
  const { endpoint, token } = settings;
  const page = `${endpoint.href.replace(/\/+$/, "")}/${asked.repo}`;
  const details = { model: asked.model, status: error.status };
  const { status, hubCode } = error;
  if (hubCode === "GatedRepo") {
    return new AuthenticationError(
      `${asked.repo} is gated: its owners want to know who uses it. ${gateRemedy(page, token)}`,
      { details: { ...details, url: page }, cause: error },
    );
  }
  if (hubCode === "RevisionNotFound") {
    return new ModelNotFoundError(
      `${asked.repo} has no revision ${asked.revision}.${meant(asked)}`,
      {
        details: { ...details, revision: asked.revision, ...nearestOf(asked) },
        cause: error,
      },
    );
  }
  if (hubCode === "EntryNotFound") {
    return new ModelNotFoundError(
      `${asked.repo} has no file ${asked.file ?? ""} at the revision ${asked.revision}.`,
      { details: { ...details, file: asked.file }, cause: error },
    );
  }
  // Whoever sent none is told the same of repositories that do not exist.
  const isRefusedToken =
    token !== undefined &&
    /invalid .*(?:credentials|token|username or password)/i.test(
      headerOf(error.headers, "x-error-message") ?? error.message,
    );
  if (status === 401 && isRefusedToken) {
    const isHuggingFace = page.startsWith("https://huggingface.co/");
    return new AuthenticationError(
      `${endpoint.host} does not accept the token. ` +
        `${isHuggingFace ? "Make one at https://huggingface.co/settings/tokens, and set" : "Set"} ` +
        "HF_TOKEN or the option token, or run `hf auth login`.",
      { details, cause: error },
    );
  }
  // For whoever may not see them, private repositories do not exist.
  if (hubCode === "RepoNotFound" || status === 401 || (status === 404 && hubCode === "")) {
    return notFound(error, asked, endpoint, token);
  }
  if (status === 403) {
    return new AuthenticationError(
      `${endpoint.host} refuses ${asked.repo} to this token: ${error.message}. ` +
        "Give one that may read it, with HF_TOKEN or the option token.",
      { details, cause: error },
    );
  }
  return refused(error, asked);
}

function gateRemedy(page: string, token: string | undefined): string {
  const accept = `Accept its terms at ${page}`;
  return token === undefined
    ? `${accept}, and set HF_TOKEN, or the option token, to a token of that account.`
    : `${accept} with the account of the token that was sent.`;
}

function notFound(
  error: StatusError,
  asked: Asked,
  endpoint: URL,
  token: string | undefined,
): ModelNotFoundError {
  const { model, repo } = asked;
  const hint =
    token === undefined
      ? "If it is private, set HF_TOKEN or the option token."
      : "If it is private, the token that was sent may not read it.";
  return new ModelNotFoundError(
    `There is no repository ${repo} on ${endpoint.host}.${meant(asked)} ${hint}`,
    { details: { model, status: error.status, ...nearestOf(asked) }, cause: error },
  );
}

function meant({ near = [] }: Asked): string {
  return near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
}

function nearestOf({ near = [] }: Asked): { nearest?: string } {
  return near[0] === undefined ? {} : { nearest: near[0] };
}

function refused(error: StatusError, { model, repo }: Asked): ProviderConnectionError {
  const { status, url } = error;
  const wait = askedWait(error);
  const advice =
    status === 429
      ? `${url.host} limits how often it may be asked` +
        (wait === undefined ? "." : `, and wants ${String(Math.ceil(wait / 1000))} s of rest.`) +
        " A token raises the limit: set HF_TOKEN."
      : "Try again later; what was downloaded is kept.";
  return new ProviderConnectionError(
    `${repo} cannot be downloaded: ${url.host} answers ${error.message}. ${advice}`,
    {
      details: {
        model,
        status,
        host: url.host,
        ...(wait === undefined ? {} : { retry_after_seconds: Math.ceil(wait / 1000) }),
      },
      cause: error,
    },
  );
}

/**
 * What open files fail with. Node names a path only where files are opened; sockets fail with any
 * of a hundred other codes, of the system, of TLS and of HTTP.
 */
const OF_FILES: ReadonlySet<string> = new Set(
  "EBADF EBUSY EDQUOT EFBIG EINVAL EIO EISDIR EMFILE ENFILE ENOMEM ENOSPC EPERM EROFS ESTALE".split(
    " ",
  ),
);

function withoutAnswer(error: Error, asked: Asked, { cacheFolder }: HubSettings): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || error.name === "AbortError") return error;
  if (path === undefined && !OF_FILES.has(code)) return unreachable(error, asked);
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  return new ResourceError(
    `${asked.repo} cannot be written into the cache, ${cacheFolder}: ` +
      `${isFull ? "its disk is full" : error.message}. What was downloaded is kept.`,
    {
      details: {
        path: path ?? cacheFolder,
        remedies: [
          isFull
            ? "make room on that disk; `abstractllm list` shows what is in the cache"
            : "make that folder one that this user may write to",
          "choose another one with the option cache_dir, or with HF_HOME",
        ],
      },
      cause: error,
    },
  );
}

function unreachable(error: Error, { model, repo }: Asked): ProviderConnectionError {
  const { code } = error as NodeJS.ErrnoException;
  // Node tries several addresses, and puts their errors into one without a message.
  const message = error.message === "" ? (code ?? error.name) : error.message;
  return new ProviderConnectionError(
    `${repo} cannot be downloaded: ${message.replace(/[.]$/, "")}. Check the connection; behind a ` +
      "proxy, set HTTPS_PROXY; for a mirror, HF_ENDPOINT. What was downloaded is kept, and " +
      "the option local_files_only uses only what is there.",
    { details: { model, reason: code }, cause: error },
  );
}
