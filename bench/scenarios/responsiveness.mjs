const SITUATIONS = {
  idle: "idle",
  loading: "while loading",
  generating_4: "while 4 models generate",
};

export const responsiveness = {
  name: "responsiveness",
  title: "The event loop and libuv's threads",
  models: ["qwen2-0.5b-q8_0"],
  engines: ["ours"],
  note: () =>
    "How late timers of 5 ms fire, and how long fs.readFile of a small file takes, while the " +
    "process idles, loads a model several times, and generates with four models at once.",
  scripts: { watched: "responsiveness.mjs" },
  metrics: Object.fromEntries(
    Object.entries(SITUATIONS).flatMap(([key, words]) => [
      metric(`${key}_delay_p99`, `event loop delay, 99 %, ${words}`),
      metric(`${key}_delay_max`, `event loop delay, longest, ${words}`),
      metric(`${key}_read_p99`, `fs.readFile, 99 %, ${words}`),
    ]),
  ),
  aims: ["loading", "generating_4"].flatMap((key) => [
    { metric: `${key}_delay_p99`, atMost: 5 },
    { metric: `${key}_delay_max`, atMost: 20 },
    { metric: `${key}_read_p99`, atMost: 5 },
  ]),
  fromScripts: ({ watched }) =>
    Object.fromEntries(
      Object.keys(SITUATIONS).flatMap((key) => [
        [`${key}_delay_p99`, watched[key].eventLoopDelay.p99],
        [`${key}_delay_max`, watched[key].eventLoopDelay.max],
        [`${key}_read_p99`, watched[key].readFile.p99],
      ]),
    ),
};

function metric(name, title) {
  return [name, { title, unit: "ms", better: "lower" }];
}
