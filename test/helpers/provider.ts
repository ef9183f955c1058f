import { HuggingFaceProvider, type ProviderOptions } from "../../src/index.js";

/**
 * Greedy, and on one thread: two that wait for each other make a small model slower on a
 * busy machine, not faster. Suites that are about threads ask for more.
 */
export const DEFAULTS: ProviderOptions = { temperature: 0, threads: 1 };

/**
 * One provider for the tests of a suite, cleaned up after them; without a model, the
 * embedded one.
 */
export function useProvider(options: ProviderOptions = {}): () => HuggingFaceProvider {
  let provider: HuggingFaceProvider | undefined;
  before(() => {
    provider = new HuggingFaceProvider({ ...DEFAULTS, ...options });
  });
  after(async () => {
    await provider?.cleanup();
  });
  return () => {
    if (provider === undefined) throw new Error("useProvider() serves tests and their hooks only");
    return provider;
  };
}

/** A provider for one piece of work, cleaned up after it however it ends. */
export async function withProvider<T>(
  work: (llm: HuggingFaceProvider) => Promise<T>,
  options: ProviderOptions = {},
): Promise<T> {
  const llm = new HuggingFaceProvider({ ...DEFAULTS, ...options });
  try {
    return await work(llm);
  } finally {
    await llm.cleanup();
  }
}
