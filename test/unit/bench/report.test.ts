import assert from "node:assert/strict";

import { barChart } from "../../../bench/report/chart.mjs";
import { formatNumber, formatValue } from "../../../bench/report/format.mjs";
import { asMarkdown } from "../../../bench/report/markdown.mjs";
import { asText } from "../../../bench/report/table.mjs";
import { verdicts } from "../../../bench/report/verdicts.mjs";
import { RESULTS } from "./results.js";

describe("benchmark verdicts", () => {
  it("hold medians, and ratios of medians, against the aims", () => {
    const found = verdicts(RESULTS.scenarios);
    assert.deepEqual(
      found.map(({ metric, peer, value, held }) => ({ metric, peer, value, held })),
      [
        { metric: "all", peer: "llama-server", value: 200 / 900, held: true },
        { metric: "own", peer: undefined, value: 5, held: false },
      ],
    );
  });

  it("say nothing of peers that were not measured", () => {
    const peers = verdicts(RESULTS.scenarios).map(({ peer }) => peer);
    assert.ok(!peers.includes("node-llama-cpp"));
  });
});

describe("benchmark numbers", () => {
  it("have as many digits as they deserve", () => {
    assert.equal(formatNumber(12345.6), "12,346");
    assert.equal(formatNumber(12.345), "12.3");
    assert.equal(formatNumber(0.012345), "0.0123");
    assert.equal(formatNumber(0), "0");
    assert.equal(formatNumber(NaN), "–");
    assert.equal(formatValue(0.25, "x"), "0.25x");
    assert.equal(formatValue(26, "ms"), "26 ms");
  });
});

describe("benchmark report", () => {
  const { text, charts } = asMarkdown(RESULTS, { chartFolder: "benchmarks" });

  it("shows medians, spreads and ratios", () => {
    assert.match(text, /\| all answers \| abstractllm \| 200 ms \(100 to 300\) \| {2}\|/);
    assert.match(text, /\| all answers \| llama-server \| 900 ms \(800 to 1,000\) \| 0.222x \|/);
    assert.match(text, /\| prefill \| 400 tokens\/s \(390 to 410\) \|/);
  });

  it("says which aims are held and which are missed", () => {
    assert.match(text, /all answers, of llama-server: at most 0.25x \| 0.222x \| yes \|/);
    assert.match(text, /own part: at least 10 ms \| 5 ms \| \*\*no\*\* \|/);
  });

  it("names the machine, the versions and who was left out", () => {
    assert.match(text, /A processor, 2 cores, 8 GiB/);
    assert.match(text, /\| llama-server \| v4 \|/);
    assert.match(text, /Not measured: node-llama-cpp: it does not load \| here\./);
  });

  it("refers to each chart that it comes with", () => {
    assert.deepEqual(
      charts.map(({ name }) => name),
      ["chats-small-q4_0.svg"],
    );
    for (const { name } of charts) assert.ok(text.includes(`](benchmarks/${name})`));
  });

  it("has no chart of a metric that one engine alone has", () => {
    const [scenario] = RESULTS.scenarios;
    const alone = { ...scenario, engines: { ours: { all: [1] } } };
    const report = asMarkdown({ ...RESULTS, scenarios: [alone] }, { chartFolder: "benchmarks" });
    assert.deepEqual(report.charts, []);
  });

  it("needs neither the core's numbers nor any aim", () => {
    const report = asMarkdown(
      { ...RESULTS, scenarios: [], core: undefined },
      { chartFolder: "benchmarks" },
    );
    assert.match(report.text, /^# Benchmarks/);
    assert.doesNotMatch(report.text, /## Aims|## The core/);
  });
});

describe("benchmark table", () => {
  it("shows the same numbers on a terminal", () => {
    const text = asText(RESULTS);
    assert.match(text, /all answers {2}llama-server {2}900 ms \(800 to 1,000\)/);
    assert.match(text, /node-llama-cpp: it does not load/);
    assert.match(text, /own part: at least 10 ms +5 ms +missed/);
  });
});

describe("bar chart", () => {
  const bars = [
    { label: "ours", value: 50, ours: true },
    { label: 'a <b> & "c"', value: 100, ours: false },
  ];
  const svg = barChart({ title: "Rate", unit: "tokens/s", better: "higher", bars });

  it("has bars as long as the values say", () => {
    const widths = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) =>
      Number(width),
    );
    assert.equal(widths.length, 2);
    assert.equal((widths[0] ?? 0) * 2, widths[1]);
  });

  it("is well-formed whatever the labels are", () => {
    assert.match(svg, /a &lt;b&gt; &amp; &quot;c&quot;/);
    assert.doesNotMatch(svg, /<b>/);
  });

  it("draws nothing but zeros without dividing by them", () => {
    const flat = barChart({
      title: "Rate",
      unit: "ms",
      better: "lower",
      bars: [{ label: "ours", value: 0, ours: true }],
    });
    assert.doesNotMatch(flat, /NaN|Infinity/);
  });
});
