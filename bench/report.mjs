/** Prints the results as a table for people, with the limits they are held against. */
export function printReport(results) {
  const { machine, responsiveness } = results;
  const rows = [
    ["import", ms(results.import_ms), "< 30 ms"],
    ["first token, cold process", ms(results.first_token_cold_ms), "< 2000 ms"],
    ["first token, warm", ms(results.first_token_warm_ms), ""],
  ];
  for (const type of ["q8_0", "q4_0"]) {
    const { prefill_tokens_per_second: prefill, decode_tokens_per_second: decode } = results[type];
    rows.push(
      [`${type} prefill, of llama-bench`, against(prefill), ">= 0.98"],
      [`${type} decode, of llama-bench`, against(decode), ">= 0.97"],
      [`${type} sampling per token`, ms(results[type].sample_ms_per_token), ""],
      [`${type} seam per token`, ms(results[type].seam_ms_per_token), ""],
      [`${type} all overhead per token`, ms(results[type].overhead_ms_per_token), "< 0.3 ms"],
    );
  }
  rows.push(
    ["abort in a 2,000-token prompt rejects", ms(results.abort.rejected_ms), ""],
    ["... and the model has answered again", ms(results.abort.usable_ms), ""],
  );
  for (const [situation, { eventLoopDelay, readFile }] of Object.entries(responsiveness)) {
    rows.push([`event loop delay, ${situation}`, spread(eventLoopDelay), "p99 < 5, max < 20 ms"]);
    rows.push([`fs.readFile, ${situation}`, spread(readFile), "p99 < 5 ms"]);
  }
  console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.platform}, Node ${machine.node}`);
  const width = Math.max(...rows.map(([name]) => name.length));
  const middle = Math.max(...rows.map(([, value]) => value.length));
  for (const [name, value, limit] of rows) {
    console.log(`${name.padEnd(width)}  ${value.padEnd(middle)}  ${limit}`.trimEnd());
  }
}

const ms = (value) => `${value.toFixed(value < 10 ? 3 : 1)} ms`;
const against = ({ ours, llama_bench: peer }) =>
  `${ours.toFixed(1)} / ${peer.toFixed(1)} tok/s = ${(ours / peer).toFixed(3)}`;
const spread = ({ p50, p99, max }) =>
  `p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)}, max ${max.toFixed(2)} ms`;
