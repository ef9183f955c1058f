// limited.mjs PACKAGE: under a limit of memory, a model that would pass it is refused, and what
// the refusal advises works. Tells what happened as JSON.
const [packageMain] = process.argv.slice(2);
const { HuggingFaceProvider } = await import(packageMain);

const options = { threads: 1, temperature: 0, context_window: 4096, kv_cache_tokens: 1_000_000 };

async function attempt(more) {
  const llm = new HuggingFaceProvider({ ...options, ...more });
  try {
    return { text: await llm.generate("Hello", { max_tokens: 4 }) };
  } catch ({ code, details }) {
    return { code, details };
  } finally {
    await llm.cleanup();
  }
}

const refused = await attempt({});
const remedies = [];
for (const remedy of refused.details?.requirements.remedies ?? []) {
  if (remedy.option === "model") continue;
  remedies.push({ option: remedy.option, ...(await attempt(remedy.options)) });
}
console.log(JSON.stringify({ refused, remedies }));
