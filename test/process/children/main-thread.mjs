// node main-thread.mjs <package> <state> <ending>
import { enterState } from "./states.mjs";

const [packageMain, state, ending] = process.argv.slice(2);

const ENDINGS = {
  natural: () => undefined,
  exit: () => process.exit(0),
  throw: () => {
    // Out of the package's hands, which catches what its listeners throw.
    queueMicrotask(() => {
      throw new Error("thrown on purpose");
    });
  },
  signal: () => process.stdout.write("ready for the signal\n"),
};

await enterState(state, packageMain, ENDINGS[ending]);
// A process with nothing to do would end before the signal comes.
if (ending === "signal") setInterval(() => undefined, 1000);
