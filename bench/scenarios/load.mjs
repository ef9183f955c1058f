export const load = {
  name: "load",
  title: "Loading a checkpoint",
  models: ["qwen2-0.5b-checkpoint"],
  engines: ["ours"],
  note: () =>
    "The core loads a bf16 checkpoint of 0.9 GiB with random weights, as it is and quantised to " +
    "q8_0 on the way; llama.cpp loads the same weights as a GGUF file in bf16, without mapping " +
    "it. Each in a process of its own, whose peak of resident memory is counted; the files are " +
    "in the page cache. Ratios are over llama.cpp's time in the same round.",
  scripts: { loads: "load.mjs" },
  metrics: {
    gguf: { title: "llama.cpp, GGUF", unit: "s", better: "lower" },
    bf16: { title: "checkpoint", unit: "s", better: "lower" },
    q8_0: { title: "checkpoint to q8_0", unit: "s", better: "lower" },
    bf16_ratio: { title: "checkpoint over GGUF", unit: "x", better: "lower" },
    q8_0_ratio: { title: "checkpoint to q8_0 over GGUF", unit: "x", better: "lower" },
    gguf_peak: { title: "peak, llama.cpp, GGUF", unit: "MiB", better: "lower" },
    bf16_peak: { title: "peak, checkpoint", unit: "MiB", better: "lower" },
    q8_0_peak: { title: "peak, checkpoint to q8_0", unit: "MiB", better: "lower" },
  },
  aims: [
    { metric: "bf16_ratio", atMost: 1.25 },
    { metric: "q8_0_ratio", atMost: 1.5 },
  ],
  fromScripts: ({ loads: { gguf, bf16, q8_0 } }) => ({
    gguf: gguf.seconds,
    bf16: bf16.seconds,
    q8_0: q8_0.seconds,
    bf16_ratio: bf16.seconds / gguf.seconds,
    q8_0_ratio: q8_0.seconds / gguf.seconds,
    gguf_peak: gguf.peak_mib,
    bf16_peak: bf16.peak_mib,
    q8_0_peak: q8_0.peak_mib,
  }),
};
