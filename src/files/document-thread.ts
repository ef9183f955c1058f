import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type {
  DocumentContent,
  DocumentRequest,
  Resources,
  WorkerAnswer,
} from "../documents/request.js";
import { packageRoot } from "../native/package-root.js";
import { unpackedPath } from "../internal/unpacked-path.js";
import { mediaError, type FileLabel } from "./media-error.js";

/** What a document may need beside its own bytes; a hostile one ends its thread only. */
const HEAP_MB = 1024;

/**
 * The thread that reads the documents of one call, one after the other; started for the
 * first of them. End it when the call is over, however it ended.
 */
export class DocumentThread {
  readonly #heapMb: number;
  #worker: Worker | undefined;

  /** @param heapMb what its JavaScript may use, in MiB; PDFium's own memory is bounded, too */
  constructor(heapMb = HEAP_MB) {
    this.#heapMb = heapMb;
  }

  /**
   * Gives the document's bytes away to the thread.
   * @throws {MediaError} MEDIA
   */
  async read(
    request: DocumentRequest,
    label: FileLabel,
    signal: AbortSignal,
  ): Promise<DocumentContent> {
    signal.throwIfAborted();
    const worker = (this.#worker ??= startWorker(this.#heapMb));
    const answer = await this.#ask(worker, request, label, signal);
    switch (answer.kind) {
      case "content":
        return answer.content;
      case "refused":
        throw mediaError(label, answer.problem, answer);
      case "failed":
        throw mediaError(label, `cannot be read: ${answer.message}`);
    }
  }

  async end(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #ask(
    worker: Worker,
    request: DocumentRequest,
    label: FileLabel,
    signal: AbortSignal,
  ): Promise<WorkerAnswer> {
    const listeners = new AbortController();
    try {
      return await new Promise<WorkerAnswer>((resolve, reject) => {
        const abort = (): void => {
          reject(signal.reason);
        };
        signal.addEventListener("abort", abort, { once: true, signal: listeners.signal });
        worker.removeAllListeners();
        worker.once("message", resolve);
        worker.once("error", (cause) => {
          reject(threadError(label, cause));
        });
        worker.once("exit", () => {
          reject(mediaError(label, "cannot be read: its thread ended"));
        });
        worker.postMessage(request, [request.bytes.buffer as ArrayBuffer]);
      });
    } catch (error) {
      // It may be in the middle of something endless.
      await this.end();
      throw error;
    } finally {
      listeners.abort();
    }
  }
}

function startWorker(heapMb: number): Worker {
  const folder = unpackedPath(join(packageRoot(), "lib", "documents"));
  const resources: Resources = { pdfiumWasm: join(folder, "pdfium.wasm") };
  return new Worker(join(folder, "worker.js"), {
    name: "abstractllm documents",
    workerData: resources,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
    // Nothing of the process: neither its options, nor its secrets, nor its output.
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
  });
}

function threadError(label: FileLabel, cause: Error): Error {
  const isMemory = (cause as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY";
  if (isMemory) {
    return mediaError(label, "needs more memory than a document may", {
      remedy: "Give a smaller part of it.",
      cause,
    });
  }
  return mediaError(label, `cannot be read: ${cause.message}`, { cause });
}
