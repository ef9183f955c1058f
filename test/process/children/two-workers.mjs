// node two-workers.mjs <package>: two workers and the main thread use a model each, at
// the same time, and tell what they got, as JSON.
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";

const PROMPTS = ["Hello", "Who are you?", "What is the capital of France?"];

async function answers(packageMain, prompts) {
  const { HuggingFaceProvider } = await import(packageMain);
  const llm = new HuggingFaceProvider({ temperature: 0 });
  const texts = await Promise.all(prompts.map((prompt) => llm.generate(prompt)));
  await llm.cleanup();
  return texts;
}

async function startWorker(packageMain) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { packageMain } });
  let texts;
  worker.once("message", (message) => {
    texts = message;
  });
  // The end counts, not the message: it is where things go wrong.
  const code = await new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", resolve);
  });
  return { code, texts };
}

if (isMainThread) {
  const packageMain = process.argv[2];
  const [first, second, own] = await Promise.all([
    startWorker(packageMain),
    startWorker(packageMain),
    answers(packageMain, PROMPTS),
  ]);
  // A worker has ended, and the main thread can still load anew.
  const again = await answers(packageMain, PROMPTS);
  console.log(JSON.stringify({ first, second, own, again }));
} else {
  parentPort.postMessage(await answers(workerData.packageMain, PROMPTS));
}
