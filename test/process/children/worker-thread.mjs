// node worker-thread.mjs <package> <state> <ending>: a worker comes to that end, and the
// main thread tells how, as JSON.
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { enterState } from "./states.mjs";

const ENDINGS = {
  natural: () => undefined,
  exit: () => process.exit(0),
  throw: () => {
    queueMicrotask(() => {
      throw new Error("thrown on purpose");
    });
  },
  terminate: () => parentPort.postMessage("there"),
};

async function insideWorker() {
  const { packageMain, state, ending } = workerData;
  await enterState(state, packageMain, ENDINGS[ending]);
  // Else it might be gone before it is terminated.
  if (ending === "terminate") setInterval(() => undefined, 1000);
}

function insideMain() {
  const [packageMain, state, ending] = process.argv.slice(2);
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { packageMain, state, ending },
  });
  const report = { error: null };
  worker.once("message", () => void worker.terminate());
  worker.once("error", (error) => {
    report.error = error.message;
  });
  worker.once("exit", (code) => {
    console.log(JSON.stringify({ ...report, code }));
  });
}

if (isMainThread) insideMain();
else await insideWorker();
