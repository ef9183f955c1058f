/** How much is measured: in tokens, unless a name says otherwise. */
export const FULL = {
  prompt: 512,
  generated: 128,
  streams: 8,
  streamTokens: 64,
  chatPrefix: 1200,
  chatAnswer: 32,
  cachedPrefix: 1400,
  question: 16,
  abortedPrompt: 1400,
  longPrompt: 4000,
  embeddedTexts: 1000,
  tokenizedBytes: 2e6,
  responsivenessSeconds: 6,
};

/** To see that everything works; the numbers mean little. Fits a context of 1,024. */
export const QUICK = {
  prompt: 64,
  generated: 16,
  streams: 4,
  streamTokens: 16,
  chatPrefix: 192,
  chatAnswer: 8,
  cachedPrefix: 256,
  question: 8,
  abortedPrompt: 512,
  longPrompt: 512,
  embeddedTexts: 50,
  tokenizedBytes: 1e5,
  responsivenessSeconds: 1,
};
