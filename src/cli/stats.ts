import type { Answer } from "./answer.js";
import { formatDuration, formatRate } from "./format.js";
import { formatTable } from "./table.js";

/** What an answer took, as lines for `--stats`. */
export function statsLines({ result, firstTextMs }: Answer): string[] {
  const { usage, timings, finish_reason, stop_sequence, seed } = result;
  const reason =
    stop_sequence === undefined
      ? finish_reason
      : `${finish_reason} (${JSON.stringify(stop_sequence)})`;
  const rows = [
    stage("prompt", usage.prompt_tokens, timings.prefill_ms, timings.prefill_tokens_per_second),
    stage("answer", usage.completion_tokens, timings.decode_ms, timings.decode_tokens_per_second),
  ];
  const stages = formatTable(
    [{}, { align: "right" }, { align: "right" }, { align: "right" }],
    rows,
  );
  const details = [
    ...aside(
      usage.media_tokens,
      (count) =>
        `of the prompt, ${count} tokens of pictures and sounds, ` +
        `encoded in ${formatDuration(timings.encode_ms)}`,
    ),
    ...aside(usage.cached_tokens, (count) => `of the prompt, ${count} tokens from the cache`),
    ...aside(usage.truncated_tokens, (count) => `${count} tokens left out`),
    ...aside(
      usage.drafted_tokens,
      (count) => `of ${count} guessed tokens, ${String(usage.accepted_tokens)} right`,
    ),
  ];
  const first = firstTextMs === undefined ? "no text" : formatDuration(firstTextMs);
  return [
    ...stages,
    ...details,
    `first text after ${first}; finished by ${reason}; seed ${String(seed)}`,
  ];
}

/** What is to be said of some tokens, if there are any. */
function aside(tokens: number, say: (count: string) => string): string[] {
  return tokens === 0 ? [] : [say(String(tokens))];
}

function stage(name: string, tokens: number, milliseconds: number, rate: number): string[] {
  return [name, `${String(tokens)} tokens`, formatDuration(milliseconds), formatRate(rate)];
}
