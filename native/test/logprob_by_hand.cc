#include "logprob_by_hand.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "check.h"

namespace abstractllm::test {

double LogprobByHand(LoadedModel& model, const Sequence& sequence, int32_t token) {
  llama_context_params params = llama_context_default_params();
  params.n_ctx = 256;
  params.n_threads = params.n_threads_batch = 1;
  const llama_context_ptr context(llama_init_from_model(model.model.get(), params));
  llama_batch batch = llama_batch_init(256, 0, 1);
  llama_pos next = 0;
  for (int32_t index = 0; index < sequence.prompt_size;) {
    const MediaRun* run = RunAt(sequence.media, index);
    const MediaRun* after = NextRun(sequence.media, index);
    const int32_t end = run != nullptr     ? run->end()
                        : after != nullptr ? after->first
                                           : sequence.prompt_size;
    batch.n_tokens = end - index;
    llama_pos positions[4 * 256] = {};
    for (int32_t i = 0; i < batch.n_tokens; ++i) {
      batch.token[i] = sequence.tokens[static_cast<size_t>(index + i)];
      batch.pos[i] = next + i;
      batch.n_seq_id[i] = 1;
      batch.seq_id[i][0] = 0;
      batch.logits[i] = index + i + 1 == sequence.prompt_size;
      if (run == nullptr) continue;
      positions[i] = next;
      positions[batch.n_tokens + i] = next + i / run->columns;
      positions[2 * batch.n_tokens + i] = next + i % run->columns;
    }
    llama_batch call = batch;
    std::vector<float> rows;
    if (run != nullptr) {
      const auto tile = static_cast<size_t>(run->tile);
      rows = model.media->encoder->Encode(*run->item->tiles[tile].pixels, [] { return false; })
                 .value();
      call.token = nullptr;
      call.embd = rows.data();
      call.pos = positions;
    }
    CHECK_EQ(llama_decode(context.get(), call), 0);
    next += run != nullptr ? std::max(run->columns, run->rows) : batch.n_tokens;
    index = end;
  }
  const float* logits = llama_get_logits_ith(context.get(), batch.n_tokens - 1);
  double sum = 0;
  for (int32_t i = 0; i < model.info.vocabulary_size; ++i) sum += std::exp(logits[i]);
  llama_batch_free(batch);
  return logits[token] - std::log(sum);
}

}  // namespace abstractllm::test
