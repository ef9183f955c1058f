import { HuggingFaceProvider, type ProviderOptions } from "../../src/index.js";

/**
 * One provider for the tests of a suite, cleaned up after them. Greedy unless the
 * options say otherwise; without a model, the embedded one.
 */
export function useProvider(options: ProviderOptions = {}): () => HuggingFaceProvider {
  let provider: HuggingFaceProvider | undefined;
  before(() => {
    provider = new HuggingFaceProvider({ temperature: 0, ...options });
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
  const llm = new HuggingFaceProvider({ temperature: 0, ...options });
  try {
    return await work(llm);
  } finally {
    await llm.cleanup();
  }
}
