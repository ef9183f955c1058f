/** The package's default sampling, in the words that most engines share; all get it. */
export const SAMPLING = { temperature: 0.7, top_k: 40, top_p: 0.95, min_p: 0.05, seed: 1 };
