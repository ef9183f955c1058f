// How long importing the package takes, in a fresh process.
const start = performance.now();
await import("../../lib/index.js");
console.log(JSON.stringify({ ms: performance.now() - start }));
