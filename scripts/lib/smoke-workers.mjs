// Two workers at once, then one that is terminated in the middle of an answer.
// Started as: <runtime> smoke-workers.mjs <the package's main file or name>
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";

const specifier = globalThis.Deno?.args[0] ?? process.argv[2];

async function insideWorker() {
  const { HuggingFaceProvider } = await import(workerData.specifier);
  const llm = new HuggingFaceProvider({ temperature: 0, max_tokens: workerData.maxTokens });
  let first = true;
  for await (const piece of llm.generate("Tell me a story.", { stream: true })) {
    if (first) parentPort.postMessage(piece);
    first = false;
  }
  await llm.cleanup();
}

function start(maxTokens) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { specifier, maxTokens } });
  const firstPiece = new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  const exit = new Promise((resolve) => worker.once("exit", resolve));
  return { worker, firstPiece, exit };
}

async function insideMain() {
  const pair = [start(24), start(24)];
  await Promise.all(pair.map((one) => one.firstPiece));
  const codes = await Promise.all(pair.map((one) => one.exit));
  if (codes.some((code) => code !== 0)) throw new Error(`workers ended with ${codes}`);
  const doomed = start(800);
  await doomed.firstPiece;
  await doomed.worker.terminate();
  console.log("workers: ok");
}

await (isMainThread ? insideMain() : insideWorker());
