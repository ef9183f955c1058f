import { parentPort, workerData } from "node:worker_threads";
import { DocumentError } from "./document-error.js";
import { readDocument } from "./read-document.js";
import type { DocumentRequest, Resources, WorkerAnswer } from "./request.js";

/**
 * The thread that reads documents: one request at a time. Whoever started it ends it, in
 * the middle of a document if need be.
 */
const resources = workerData as Resources;

parentPort?.on("message", (request: DocumentRequest) => {
  void answer(request).then((message) => {
    parentPort?.postMessage(message, transferable(message));
  });
});

async function answer(request: DocumentRequest): Promise<WorkerAnswer> {
  try {
    return { kind: "content", content: await readDocument(request, resources) };
  } catch (error) {
    if (error instanceof DocumentError) {
      const { problem, remedy, details } = error;
      return { kind: "refused", problem, remedy, details };
    }
    return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}

function transferable(message: WorkerAnswer): ArrayBuffer[] {
  if (message.kind !== "content") return [];
  return message.content.items.flatMap((item) =>
    item.kind === "image" ? [item.bytes.buffer as ArrayBuffer] : [],
  );
}
