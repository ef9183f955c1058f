#include "sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "token_range.h"

namespace abstractllm {
namespace {

constexpr float kForbidden = -std::numeric_limits<float>::infinity();
// Bounds what bias and penalties make of a logit: far beyond any that a model gives, and
// small enough for the engine, which sorts logits into buckets by casting them to int.
constexpr float kLargestLogit = 1e6f;
float Bounded(float logit) {
  return logit == kForbidden ? logit : std::clamp(logit, -kLargestLogit, kLargestLogit);
}

// The engine takes LLAMA_DEFAULT_SEED for a wish for randomness; here it is a seed.
uint32_t EngineSeed(uint32_t seed) { return seed == LLAMA_DEFAULT_SEED ? 0x9E3779B9u : seed; }

int32_t ArgMax(const float* logits, int32_t count) {
  int32_t best = 0;
  for (int32_t i = 1; i < count; ++i) {
    if (logits[i] > logits[best]) best = i;
  }
  return best;
}

// Branch-free, so that the compiler vectorises it.
bool HasNan(const float* logits, int32_t count) {
  int any = 0;
  for (int32_t i = 0; i < count; ++i) any |= logits[i] != logits[i];
  return any != 0;
}

bool AnyAllowed(const std::vector<llama_token_data>& candidates) {
  return std::any_of(candidates.begin(), candidates.end(),
                     [](const llama_token_data& c) { return c.logit > kForbidden; });
}

bool SmallerLogit(const llama_token_data& a, const llama_token_data& b) {
  return a.logit > b.logit;  // std::*_heap with this order keeps the smallest in front
}

// Typical sampling takes the logarithm of probabilities, which must not be 0 as floats: moves
// the candidates that are none to the end, and counts the others.
size_t CountLikely(llama_token_data* candidates, size_t count) {
  constexpr float kLeast = 70.0f;  // e^-70, over a million candidates, is a float
  float most = kForbidden;
  for (size_t i = 0; i < count; ++i) most = std::max(most, candidates[i].logit);
  llama_token_data* end = std::remove_if(
      candidates, candidates + count,
      [&](const llama_token_data& candidate) { return candidate.logit < most - kLeast; });
  return static_cast<size_t>(end - candidates);
}

}  // namespace

Status OutputIsNotANumber() {
  return Status::Error(Code::kGeneration,
                       "The model's output is not a number: its weights are damaged, or this "
                       "device cannot compute it.");
}

void SelectTopK(const float* logits, int32_t count, int32_t k,
                std::vector<llama_token_data>* selected) {
  selected->clear();
  for (int32_t i = 0; i < k; ++i) selected->push_back({i, logits[i], 0.0f});
  std::make_heap(selected->begin(), selected->end(), SmallerLogit);
  float threshold = selected->front().logit;

  constexpr int32_t kBlock = 64;
  for (int32_t start = k; start < count; start += kBlock) {
    const int32_t end = std::min(start + kBlock, count);
    // Branch-free, so that the compiler vectorises it; nearly all blocks end here.
    int any_larger = 0;
    for (int32_t i = start; i < end; ++i) any_larger |= logits[i] > threshold;
    if (any_larger == 0) continue;
    for (int32_t i = start; i < end; ++i) {
      if (!(logits[i] > threshold)) continue;
      std::pop_heap(selected->begin(), selected->end(), SmallerLogit);
      selected->back() = {i, logits[i], 0.0f};
      std::push_heap(selected->begin(), selected->end(), SmallerLogit);
      threshold = selected->front().logit;
    }
  }
}

Result<std::unique_ptr<Sampler>> Sampler::Create(const llama_model* model, SamplingParams params,
                                                 const std::vector<int32_t>& prompt,
                                                 const CancelToken* cancel) {
  const llama_vocab* vocab = llama_model_get_vocab(model);
  const int32_t vocabulary_size = llama_vocab_n_tokens(vocab);
  for (const auto& [token, bias] : params.logit_bias) {
    if (Status status = CheckToken(token, vocabulary_size, "logit_bias"); !status.ok()) {
      return status;
    }
  }
  std::unique_ptr<Sampler> sampler(new Sampler(vocab, std::move(params)));
  if (!sampler->params_.grammar.empty()) {
    Result<std::unique_ptr<Grammar>> grammar =
        Grammar::Parse(vocab, sampler->params_.grammar, cancel);
    if (!grammar.ok()) return grammar.status();
    sampler->grammar_ = std::move(grammar.value());
  }
  sampler->InitChain(llama_model_n_ctx_train(model));

  const size_t window = static_cast<size_t>(
      std::max(sampler->params_.penalty_last_n, sampler->params_.dry_penalty_last_n));
  const size_t first = prompt.size() > window ? prompt.size() - window : 0;
  for (size_t i = first; i < prompt.size(); ++i) sampler->Remember(prompt[i]);
  return sampler;
}

Sampler::Sampler(const llama_vocab* vocab, SamplingParams params)
    : vocab_(vocab),
      vocabulary_size_(llama_vocab_n_tokens(vocab)),
      params_(std::move(params)),
      penalties_on_(params_.penalty_last_n > 0 &&
                    (params_.repeat_penalty != 1.0f || params_.frequency_penalty != 0.0f ||
                     params_.presence_penalty != 0.0f)) {
  int32_t count = 0;
  const llama_token* tokens = llama_vocab_get_suppress_tokens(vocab, &count);
  if (tokens != nullptr) suppressed_.assign(tokens, tokens + count);
}

void Sampler::InitChain(int32_t train_context) {
  const uint32_t seed = EngineSeed(params_.seed);
  llama_sampler_chain_params chain_params = llama_sampler_chain_default_params();
  chain_params.no_perf = true;
  chain_.reset(llama_sampler_chain_init(chain_params));
  const auto add = [this](llama_sampler* sampler) {
    llama_sampler_chain_add(chain_.get(), sampler);
  };

  if (params_.dry_multiplier > 0.0f) {
    std::vector<const char*> breakers;
    for (const std::string& breaker : params_.dry_sequence_breakers) {
      breakers.push_back(breaker.c_str());
    }
    dry_.reset(llama_sampler_init_dry(
        vocab_, params_.dry_multiplier, params_.dry_base, params_.dry_allowed_length,
        std::min(params_.dry_penalty_last_n, std::max(train_context, 0)), breakers.data(),
        breakers.size()));
  }
  if (greedy()) {
    add(llama_sampler_init_greedy());
    return;
  }
  if (params_.mirostat != 0) {
    add(llama_sampler_init_temp(params_.temperature));
    constexpr int32_t kMirostatSamples = 100;  // the paper's m
    add(params_.mirostat == 1
            ? llama_sampler_init_mirostat(vocabulary_size_, seed, params_.mirostat_tau,
                                          params_.mirostat_eta, kMirostatSamples)
            : llama_sampler_init_mirostat_v2(seed, params_.mirostat_tau, params_.mirostat_eta));
    return;
  }
  constexpr size_t kMinKeep = 1;
  if (params_.top_k > 0) add(llama_sampler_init_top_k(params_.top_k));
  if (params_.typical_p < 1.0f) add(llama_sampler_init_typical(params_.typical_p, kMinKeep));
  if (params_.top_p < 1.0f) add(llama_sampler_init_top_p(params_.top_p, kMinKeep));
  if (params_.min_p > 0.0f) add(llama_sampler_init_min_p(params_.min_p, kMinKeep));
  if (params_.xtc_probability > 0.0f) {
    add(llama_sampler_init_xtc(params_.xtc_probability, params_.xtc_threshold, kMinKeep, seed));
  }
  add(llama_sampler_init_temp(params_.temperature));
  add(llama_sampler_init_dist(seed));
}

void Sampler::AdjustLogits(float* logits) {
  for (const int32_t token : suppressed_) logits[token] = kForbidden;
  for (const auto& [token, bias] : params_.logit_bias) {
    logits[token] = Bounded(logits[token] + bias);
  }
  if (!penalties_on_) return;
  for (const auto& [token, count] : recent_counts_) {
    float& logit = logits[token];
    // Dividing a negative logit would make the token more likely.
    logit = logit <= 0.0f ? logit * params_.repeat_penalty : logit / params_.repeat_penalty;
    logit -= static_cast<float>(count) * params_.frequency_penalty + params_.presence_penalty;
    logit = Bounded(logit);
  }
}

bool Sampler::NeedsAllCandidates() const {
  if (dry_) return true;
  if (greedy()) return false;
  return params_.mirostat != 0 || params_.top_k <= 0 || params_.top_k >= vocabulary_size_;
}

int32_t Sampler::Draw(const float* logits) {
  if (NeedsAllCandidates()) return DrawFromAll(logits);
  if (greedy()) {
    const int32_t best = ArgMax(logits, vocabulary_size_);
    return logits[best] > kForbidden ? best : LLAMA_TOKEN_NULL;
  }
  SelectTopK(logits, vocabulary_size_, params_.top_k, &candidates_);
  if (!AnyAllowed(candidates_)) return LLAMA_TOKEN_NULL;
  // By id, so that ties between equal logits do not depend on the heap's history.
  std::sort(candidates_.begin(), candidates_.end(),
            [](const llama_token_data& a, const llama_token_data& b) {
              return a.logit != b.logit ? a.logit > b.logit : a.id < b.id;
            });
  return ApplyChain(/*sorted=*/true);
}

int32_t Sampler::DrawFromAll(const float* logits) {
  FillCandidates(logits);
  return DrawFromCandidates();
}

void Sampler::FillCandidates(const float* logits) {
  candidates_.resize(static_cast<size_t>(vocabulary_size_));
  for (int32_t i = 0; i < vocabulary_size_; ++i) {
    candidates_[static_cast<size_t>(i)] = {i, logits[i], 0.0f};
  }
}

int32_t Sampler::DrawFromCandidates() {
  candidates_.erase(std::remove_if(candidates_.begin(), candidates_.end(),
                                   [](const llama_token_data& c) { return c.logit == kForbidden; }),
                    candidates_.end());
  return candidates_.empty() ? LLAMA_TOKEN_NULL : ApplyChain(/*sorted=*/false);
}

int32_t Sampler::ApplyChain(bool sorted) {
  llama_token_data_array array = {candidates_.data(), candidates_.size(), -1, sorted};
  if (dry_) llama_sampler_apply(dry_.get(), &array);
  if (params_.typical_p < 1.0f) array.size = CountLikely(array.data, array.size);
  llama_sampler_apply(chain_.get(), &array);
  if (array.selected < 0 || array.selected >= static_cast<int64_t>(array.size)) {
    return LLAMA_TOKEN_NULL;
  }
  return array.data[array.selected].id;
}

Result<int32_t> Sampler::DrawWithGrammar(const float* logits) {
  const int32_t token = Draw(logits);
  if (token == LLAMA_TOKEN_NULL) return token;
  Result<bool> allowed = grammar_->Allows(token);
  if (!allowed.ok()) return allowed.status();
  if (allowed.value()) return token;
  FillCandidates(logits);
  if (Status status = grammar_->Mask(candidates_.data(), candidates_.size()); !status.ok()) {
    return status;
  }
  return DrawFromCandidates();
}

Result<int32_t> Sampler::Sample(float* logits) {
  AdjustLogits(logits);
  // NaN breaks the order that all further steps sort by; sorting it is undefined.
  if (HasNan(logits, vocabulary_size_)) {
    return OutputIsNotANumber();
  }
  try {
    Result<int32_t> drawn = grammar_ ? DrawWithGrammar(logits) : Draw(logits);
    if (!drawn.ok()) return drawn.status();
    const int32_t token = drawn.value();
    if (token == LLAMA_TOKEN_NULL) {
      return Status::Error(Code::kGeneration,
                           "No token is left to choose from: logit_bias or the grammar forbids "
                           "all of them.");
    }
    if (grammar_) {
      if (Status status = grammar_->Accept(token); !status.ok()) return status;
    }
    llama_sampler_accept(chain_.get(), token);
    Remember(token);
    return token;
  } catch (const std::exception& error) {
    return Status::Error(Code::kGeneration, std::string("Sampling failed: ") + error.what());
  }
}

void Sampler::Remember(int32_t token) {
  if (dry_) llama_sampler_accept(dry_.get(), token);
  if (!penalties_on_) return;
  recent_.push_back(token);
  ++recent_counts_[token];
  if (recent_.size() <= static_cast<size_t>(params_.penalty_last_n)) return;
  const auto oldest = recent_counts_.find(recent_.front());
  if (--oldest->second == 0) recent_counts_.erase(oldest);
  recent_.pop_front();
}

}  // namespace abstractllm
