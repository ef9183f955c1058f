// Clients as they are: conversations with common system prompts, questions about documents,
// and calls that have nothing in common; lengths with long tails.
#pragma once

#include <cstdint>
#include <map>
#include <queue>
#include <utility>
#include <vector>

#include "scheduler_fake_model.h"
#include "scheduler_player.h"
#include "scheduler_random.h"

namespace abstractllm::test {

struct TraceShape {
  int32_t requests = 0;
  double mean_gap_ms = 200;        // between new clients
  double mean_thinking_ms = 8000;  // between the turns of one
  int32_t system_prompts = 20;
  int32_t documents = 50;
  // No request needs more cells.
  int32_t most_tokens = 6000;
  uint64_t seed = 1;
};

// Time is the player's, in milliseconds. Thread: the test's.
class Trace {
 public:
  explicit Trace(const TraceShape& shape);

  // Whether more requests will come by themselves; others may follow an end.
  bool waiting() const { return !arrivals_.empty(); }
  double next_ms() const { return arrivals_.top().first; }
  // The next request, and the client that makes it.
  std::pair<int32_t, Wish> Take();
  // The client has read its answer, and may go on.
  void Ended(int32_t client, const Ending& ending, double now_ms);

 private:
  struct Client {
    std::vector<int32_t> tokens;
    int32_t turns = 1;
    int32_t most_answer = 1;
  };
  Client NewClient();
  const std::vector<int32_t>& Favourite(const std::vector<std::vector<int32_t>>& all);
  void Append(std::vector<int32_t>* tokens, int32_t count);
  void Schedule(double ms, int32_t client);

  const TraceShape shape_;
  Random random_;
  std::vector<std::vector<int32_t>> system_prompts_;
  std::vector<std::vector<int32_t>> documents_;
  std::map<int32_t, Client> clients_;
  using Arrival = std::pair<double, int32_t>;
  std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals_;
  int32_t clients_made_ = 0;
  int32_t scheduled_ = 0;
  double new_client_ms_ = 0;
};

}  // namespace abstractllm::test
