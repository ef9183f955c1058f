// Loads a checkpoint, and a GGUF file of the same weights, each in a process of its own;
// prints { gguf, bf16, q8_0 }, each { seconds, peak_mib, weights_mib }.
//   load.mjs JSON of { model, tools }
import { run } from "../lib/child.mjs";

const { model, tools } = JSON.parse(process.argv[2]);
const loads = {};
for (const what of ["gguf", "bf16", "q8_0"]) {
  loads[what] = JSON.parse(await run(tools.loadCheckpoint, [what, model.folder, model.shape]));
}
console.log(JSON.stringify(loads));
