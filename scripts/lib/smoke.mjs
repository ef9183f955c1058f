// What an installed package has to do in every runtime: import, list devices, stream
// an answer of the embedded model, abort, clean up. Started as
//   <runtime> smoke.mjs <the package's main file or name>
const specifier = globalThis.Deno?.args[0] ?? process.argv[2];
const { HuggingFaceProvider, listDevices } = await import(specifier);

const devices = listDevices();
if (!devices.some((device) => device.id === "cpu")) throw new Error("no CPU among the devices");

const llm = new HuggingFaceProvider({ temperature: 0, max_tokens: 24 });
let pieces = 0;
let text = "";
for await (const piece of llm.generate("Tell me a story.", { stream: true })) {
  pieces += 1;
  text += piece;
}
if (!text.startsWith("Once upon a time")) throw new Error(`not a story: ${JSON.stringify(text)}`);
if (pieces < 2) throw new Error("the answer was not streamed");

const run = llm.generate("Tell me a story.", { max_tokens: 500 });
run.abort();
const outcome = await run.then(
  () => "finished",
  (error) => error.name,
);
if (outcome !== "AbortError") throw new Error(`an aborted run ended with ${outcome}`);

await llm.cleanup();
console.log(`smoke: ok, ${pieces} pieces`);
