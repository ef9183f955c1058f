import os from "node:os";
import { measure, run } from "./lib/child.mjs";
import { median } from "./lib/statistics.mjs";

const PROMPT_TOKENS = 512;
const GENERATED_TOKENS = 128;

/** All measurements, each in a process of its own; `rounds` alternations with the peer. */
export async function measureAll({ llamaBench, models }, { rounds }) {
  const results = { machine: machine() };
  results.import_ms = await repeat(7, async () => (await measure("import-time.mjs")).ms);
  const first = await measure("first-token.mjs");
  results.first_token_cold_ms = first.cold_ms;
  results.first_token_warm_ms = first.warm_ms;
  for (const [type, model] of Object.entries(models)) {
    results[type] = await compare(llamaBench, model, rounds);
  }
  results.abort = await measure("abort.mjs", [models.q8_0, "2000"]);
  results.responsiveness = await measure("responsiveness.mjs", [models.q8_0]);
  return results;
}

function machine() {
  return {
    cpu: os.cpus()[0]?.model,
    cores: os.availableParallelism(),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
  };
}

async function repeat(times, body) {
  const values = [];
  for (let i = 0; i < times; i += 1) values.push(await body());
  return median(values);
}

/** Alternates, so that a machine that slows down slows both down. */
async function compare(llamaBench, model, rounds) {
  const ours = { prefill: [], decode: [], seen: [], sample: [] };
  const peer = { prefill: [], decode: [] };
  for (let round = 0; round < rounds; round += 1) {
    const sizes = [String(PROMPT_TOKENS), String(GENERATED_TOKENS)];
    const mine = await measure("throughput.mjs", [model, ...sizes, "1"]);
    ours.prefill.push(...mine.prefill);
    ours.decode.push(...mine.decode);
    ours.seen.push(...mine.decode_seen_by_javascript);
    ours.sample.push(...mine.sample_ms);
    const theirs = await llamaBenchRates(llamaBench, model, sizes);
    peer.prefill.push(theirs.prefill);
    peer.decode.push(theirs.decode);
  }
  const decode = median(ours.decode);
  const seen = median(ours.seen);
  return {
    prefill_tokens_per_second: { ours: median(ours.prefill), llama_bench: median(peer.prefill) },
    decode_tokens_per_second: { ours: decode, llama_bench: median(peer.decode) },
    decode_seen_by_javascript: seen,
    // Sampling is in both; the seam is what JavaScript sees beyond the core's own clock.
    sample_ms_per_token: median(ours.sample),
    seam_ms_per_token: Math.max(0, 1000 / seen - 1000 / decode),
    overhead_ms_per_token: 1000 / seen - 1000 / median(peer.decode),
  };
}

async function llamaBenchRates(llamaBench, model, [prompt, generate]) {
  const args = ["-m", model, "-p", prompt, "-n", generate, "-r", "1", "-o", "json"];
  const tests = JSON.parse(await run(llamaBench, args));
  return {
    prefill: tests.find((test) => test.n_gen === 0).avg_ts,
    decode: tests.find((test) => test.n_prompt === 0).avg_ts,
  };
}
