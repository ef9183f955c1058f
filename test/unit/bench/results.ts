/** What a run of two engines might have given: numbers that are easy to check by hand. */
export const RESULTS = {
  machine: {
    cpu: "A processor",
    cores: 2,
    memory_gib: 8,
    system: "Linux 6.1.0, x64",
    node: "v20.19.0",
  },
  versions: { ours: "1.2.3", "llama-server": "v4" },
  plan: { quick: false, rounds: 3, threads: 2 },
  scenarios: [
    {
      name: "chats",
      title: "Chats",
      model: "small-q4_0",
      note: "Eight of them.",
      metrics: {
        all: { title: "all answers", unit: "ms", better: "lower", chart: true },
        own: { title: "own part", unit: "ms", better: "lower" },
      },
      aims: [
        { metric: "all", peer: "llama-server", atMost: 0.25 },
        { metric: "own", atLeast: 10 },
        { metric: "all", peer: "node-llama-cpp", atMost: 0.25 },
      ],
      engines: {
        ours: { all: [300, 100, 200], own: [5] },
        "llama-server": { all: [1000, 800, 900] },
      },
      skipped: { "node-llama-cpp": "it does not load | here" },
    },
  ],
  core: {
    model: { description: "qwen2 0.5B", threads: 2 },
    metrics: [{ name: "prefill", unit: "tokens/s", median: 400, values: [390, 400, 410] }],
  },
};
