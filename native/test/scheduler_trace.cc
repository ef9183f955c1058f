#include "scheduler_trace.h"

#include <algorithm>
#include <cmath>

namespace abstractllm::test {
namespace {

constexpr int32_t kVocabulary = 32000;
constexpr double kChats = 0.7;
constexpr double kDocuments = 0.2;  // and the rest have nothing in common
constexpr double kGoesOn = 0.75;    // a chat, after each answer

}  // namespace

Trace::Trace(const TraceShape& shape) : shape_(shape), random_(shape.seed) {
  for (int32_t i = 0; i < shape.system_prompts; ++i) {
    Append(&system_prompts_.emplace_back(), random_.Pareto(150, 1.2, 2000));
  }
  for (int32_t i = 0; i < shape.documents; ++i) {
    Append(&documents_.emplace_back(), random_.Pareto(600, 1.1, shape.most_tokens / 2));
  }
  Schedule(0, ++clients_made_);
}

std::pair<int32_t, Wish> Trace::Take() {
  const int32_t id = arrivals_.top().second;
  const bool is_new = clients_.count(id) == 0;
  arrivals_.pop();
  if (is_new) {
    clients_[id] = NewClient();
    new_client_ms_ += random_.Exponential(shape_.mean_gap_ms);
    Schedule(new_client_ms_, ++clients_made_);
  }
  Wish wish;
  wish.prompt = clients_[id].tokens;
  wish.max_tokens = random_.Pareto(8, 0.9, clients_[id].most_answer);
  return {id, std::move(wish)};
}

void Trace::Ended(int32_t id, const Ending& ending, double now_ms) {
  Client& client = clients_.at(id);
  client.tokens = ending.tokens;
  Append(&client.tokens, random_.Pareto(8, 0.9, 600));
  const bool fits =
      static_cast<int32_t>(client.tokens.size()) + client.most_answer < shape_.most_tokens;
  if (--client.turns > 0 && fits && scheduled_ < shape_.requests) {
    Schedule(now_ms + random_.Exponential(shape_.mean_thinking_ms), id);
  } else {
    clients_.erase(id);
  }
}

Trace::Client Trace::NewClient() {
  Client client;
  client.most_answer = 400;
  const double kind = random_.Real();
  if (kind < kChats) {
    client.tokens = Favourite(system_prompts_);
    while (random_.Chance(kGoesOn)) ++client.turns;
  } else if (kind < kChats + kDocuments) {
    client.tokens = Favourite(documents_);
    client.most_answer = 100;
  }
  Append(&client.tokens, random_.Pareto(10, 0.9, 1500));
  return client;
}

// Few are asked for by many.
const std::vector<int32_t>& Trace::Favourite(const std::vector<std::vector<int32_t>>& all) {
  const double place = std::pow(random_.Real(), 3) * static_cast<double>(all.size());
  return all[static_cast<size_t>(place)];
}

void Trace::Append(std::vector<int32_t>* tokens, int32_t count) {
  for (int32_t i = 0; i < count; ++i) tokens->push_back(random_.Below(kVocabulary));
}

void Trace::Schedule(double ms, int32_t client) {
  if (scheduled_ >= shape_.requests) return;
  ++scheduled_;
  arrivals_.push({ms, client});
}

}  // namespace abstractllm::test
