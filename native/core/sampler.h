// Chooses the next token from a row of logits.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cancel.h"
#include "grammar.h"
#include "llama-cpp.h"
#include "llama.h"
#include "status.h"

namespace abstractllm {

// Below this, sampling is greedy: dividing by it would overflow.
constexpr float kSmallestTemperature = 1e-6f;

// Total: every field is set by the caller, there are no defaults here.
struct SamplingParams {
  float temperature;  // below kSmallestTemperature: greedy
  int32_t top_k;      // 0 is off
  float top_p;        // 1 is off
  float min_p;        // 0 is off
  float typical_p;    // 1 is off
  float repeat_penalty;
  float frequency_penalty;
  float presence_penalty;
  int32_t penalty_last_n;
  float dry_multiplier;  // 0 is off
  float dry_base;
  int32_t dry_allowed_length;
  int32_t dry_penalty_last_n;
  std::vector<std::string> dry_sequence_breakers;
  float xtc_probability;  // 0 is off
  float xtc_threshold;
  int32_t mirostat;  // 0, 1 or 2; replaces top_k, top_p, min_p, typical_p and xtc
  float mirostat_tau;
  float mirostat_eta;
  std::vector<std::pair<int32_t, float>> logit_bias;
  uint32_t seed;
  std::string grammar;  // GBNF with a rule "root", or empty
};

// The k largest of `count` logits, unordered. `k` is 1 to `count`. Exposed for tests.
void SelectTopK(const float* logits, int32_t count, int32_t k,
                std::vector<llama_token_data>* selected);

// The error for logits that are NaN.
Status OutputIsNotANumber();

// State of one generation. Thread: one at a time.
// The order of steps is llama.cpp's: bias, penalties, dry, top_k, typical_p, top_p,
// min_p, xtc, temperature, draw; a grammar vetoes the draw and only then masks the
// whole vocabulary. With top_k on, only k candidates are ever copied: a row of
// 152,000 logits costs one scan.
class Sampler {
 public:
  // `prompt` counts for penalties. `cancel` stops what grammars take long for; it may be
  // null and must outlive the sampler. Errors: kInvalidParameter for a grammar that does
  // not parse and for ids in logit_bias outside the vocabulary, kAborted.
  static Result<std::unique_ptr<Sampler>> Create(const llama_model* model, SamplingParams params,
                                                 const std::vector<int32_t>& prompt,
                                                 const CancelToken* cancel);

  // Draws from `logits` (one row of the vocabulary's size, changed in place) and
  // remembers the choice. Errors: kGeneration when no token is left, or for NaN; kAborted.
  Result<int32_t> Sample(float* logits);

 private:
  Sampler(const llama_vocab* vocab, SamplingParams params);

  void InitChain(int32_t train_context);
  void AdjustLogits(float* logits);
  void Remember(int32_t token);
  // The drawn token, or LLAMA_TOKEN_NULL if none is left.
  int32_t Draw(const float* logits);
  int32_t DrawFromAll(const float* logits);
  Result<int32_t> DrawWithGrammar(const float* logits);
  void FillCandidates(const float* logits);
  int32_t DrawFromCandidates();
  // Runs dry and the chain over `candidates_`; LLAMA_TOKEN_NULL if they choose none.
  int32_t ApplyChain(bool sorted);
  bool NeedsAllCandidates() const;
  bool greedy() const { return params_.temperature < kSmallestTemperature; }

  const llama_vocab* vocab_;
  int32_t vocabulary_size_;
  SamplingParams params_;
  bool penalties_on_;
  std::unique_ptr<Grammar> grammar_;  // null if there is none
  llama_sampler_ptr dry_;
  llama_sampler_ptr chain_;
  std::vector<int32_t> suppressed_;
  std::deque<int32_t> recent_;
  std::unordered_map<int32_t, int32_t> recent_counts_;
  std::vector<llama_token_data> candidates_;
};

}  // namespace abstractllm
