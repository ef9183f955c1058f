export const start = {
  name: "start",
  title: "Start",
  models: ["embedded"],
  engines: ["ours"],
  note: () =>
    "The import of the package in a fresh process; and with the embedded model, from the " +
    "program's first line to the first token, and of a later prompt.",
  scripts: { import: "import-time.mjs", first: "first-token.mjs" },
  metrics: {
    import: { title: "import", unit: "ms", better: "lower" },
    cold: { title: "first token, cold process", unit: "ms", better: "lower" },
    warm: { title: "first token, warm", unit: "ms", better: "lower" },
  },
  aims: [
    { metric: "import", atMost: 30 },
    { metric: "cold", atMost: 2000 },
  ],
  fromScripts: ({ import: { ms }, first }) => ({
    import: ms,
    cold: first.cold_ms,
    warm: first.warm_ms,
  }),
};
