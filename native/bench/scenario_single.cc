// One stream alone: how fast prompts are read and tokens made.
#include "scenarios.h"

namespace abstractllm::bench {

void MeasurePrefill(Session& session, const Sizes& sizes, Metrics* metrics) {
  const GenerateResult result =
      session.ResultOf(session.Generate(session.FreshText(sizes.prompt), 1));
  const int computed = result.prompt_tokens - result.cached_tokens;
  Record("prefill", "tokens/s", computed / result.prefill_ms * 1000, metrics);
}

void MeasureDecode(Session& session, const Sizes& sizes, Metrics* metrics) {
  const GenerateResult result =
      session.ResultOf(session.Generate(session.FreshText(4), sizes.generated + 1));
  // The first token falls out of the prompt.
  const int decoded = result.completions.front().tokens - 1;
  Record("decode", "tokens/s", decoded / result.decode_ms * 1000, metrics);
  Record("sampling, per token", "ms", result.sample_ms / (decoded + 1), metrics);
}

}  // namespace abstractllm::bench
