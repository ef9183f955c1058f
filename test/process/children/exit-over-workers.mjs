// node exit-over-workers.mjs <package> <ending>: the main thread comes to its end while
// two workers generate.
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { enterState } from "./states.mjs";

const ENDINGS = {
  exit: () => process.exit(0),
  throw: () => {
    throw new Error("thrown on purpose");
  },
  // Nobody waits for the workers any more.
  natural: (workers) => {
    for (const worker of workers) worker.unref();
  },
};

async function insideMain() {
  const [packageMain, ending] = process.argv.slice(2);
  const start = () => new Worker(new URL(import.meta.url), { workerData: { packageMain } });
  const workers = [start(), start()];
  const ready = (worker) => new Promise((resolve) => worker.once("message", resolve));
  await Promise.all(workers.map(ready));
  ENDINGS[ending](workers);
}

if (isMainThread) await insideMain();
else await enterState("generating", workerData.packageMain, () => parentPort.postMessage("there"));
