// The states of life in which a process, or a worker thread, may end.

/**
 * Brings a new provider into a state, and calls `there` in it: synchronously, so that
 * the state is what it says. Resolves when nothing is left to do.
 */
export async function enterState(state, packageMain, there) {
  const { HuggingFaceProvider, listDevices } = await import(packageMain);
  if (state === "imported") return there();
  // Short enough to end by itself, long enough to be in the middle when it is asked to.
  const llm = new HuggingFaceProvider({ temperature: 0, max_tokens: 16, timeout: 3600 });
  const endless = { grammar: 'root ::= "la " root' };
  switch (state) {
    case "constructed":
      return there();
    case "asked for devices":
      listDevices();
      return there();
    case "loading":
      return await llm.preload({ onProgress: once(there) });
    case "loaded":
      await llm.generate("Hello");
      return there();
    case "generating":
      for await (const piece of llm.generate("Hello", endless)) once(there)(piece);
      return undefined;
    case "queued": {
      const calls = [1, 2, 3, 4].map(() => llm.generate("Hello", endless));
      await llm.tokenize("Hello");
      there();
      return await Promise.all(calls);
    }
    case "disposing": {
      const run = llm.generate("Hello", endless);
      run.result().catch(() => undefined);
      await run[Symbol.asyncIterator]().next();
      const closed = llm.cleanup();
      there();
      return await closed;
    }
    case "disposed":
      await llm.generate("Hello");
      await llm.cleanup();
      return there();
    case "failed":
      await new HuggingFaceProvider({ model: "./no-such-file.gguf" }).preload().catch(() => 0);
      return there();
    default:
      throw new Error(`There is no state ${state}`);
  }
}

const called = new WeakSet();

function once(callback) {
  return () => {
    if (called.has(callback)) return;
    called.add(callback);
    callback();
  };
}
