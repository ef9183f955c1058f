// A trace played through the scheduler at a thousand times the speed of a model, to see how
// queueing, reuse and memory grow. ABSTRACTLLM_REPLAY_REQUESTS sets how long it is.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <unordered_map>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "check.h"
#include "scheduler_player.h"
#include "scheduler_trace.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

constexpr int32_t kRequests = 20000;
// What the trace has in common is about 0.8 of its prompts.
constexpr double kLeastHitRate = 0.6;
constexpr size_t kBytesPerCell = 32;

struct Replay {
  int32_t ended = 0;
  int64_t prompt_tokens = 0;
  int64_t cached_tokens = 0;
  int64_t generated = 0;
  std::vector<double> queued_ms;
  size_t most_waiting = 0;
  size_t heap_bytes = 0;  // that the scheduler keeps when idle
  double cpu_ms = 0;
};

// Bytes in use, 0 where that cannot be asked.
size_t HeapBytes() {
#if defined(__GLIBC__)
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

double Percentile(std::vector<double>* values, double part) {
  const auto at = static_cast<size_t>(part * static_cast<double>(values->size() - 1));
  std::nth_element(values->begin(), values->begin() + static_cast<ptrdiff_t>(at), values->end());
  return (*values)[at];
}

Replay Play(const TraceShape& shape, Player* player) {
  const std::clock_t start = std::clock();
  Replay replay;
  const size_t heap_before = HeapBytes();
  {
    Trace trace(shape);
    std::unordered_map<JobId, int32_t> clients;
    player->on_end = [&](JobId job, const Ending& ending) {
      ++replay.ended;
      replay.prompt_tokens += ending.prompt_size;
      replay.cached_tokens += ending.cached;
      replay.generated += ending.generated;
      replay.queued_ms.push_back(ending.admitted_ms - ending.submitted_ms);
      trace.Ended(clients.at(job), ending, player->now_ms());
      clients.erase(job);
    };
    while (!player->faults().any() && (trace.waiting() || !player->idle())) {
      if (player->idle()) player->WaitUntil(trace.next_ms());
      while (trace.waiting() && trace.next_ms() <= player->now_ms()) {
        const auto [client, wish] = trace.Take();
        clients[player->Submit(wish)] = client;
      }
      replay.most_waiting = std::max(replay.most_waiting, player->scheduler().waiting());
      player->Step();
    }
    player->on_end = nullptr;
  }
  const size_t not_its =
      heap_before + replay.queued_ms.capacity() * sizeof(double) + player->memory().list_bytes();
  const size_t heap_after = HeapBytes();
  if (heap_after > not_its) replay.heap_bytes = heap_after - not_its;
  replay.cpu_ms = 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  return replay;
}

void Report(const PlayerOptions& options, Player* player, Replay* replay) {
  const double calls = static_cast<double>(player->calls());
  std::printf(
      "  %d requests, %d cells, %d ids, %d active: %.0f s of model time in %.1f s of CPU\n"
      "    %.0f calls, %.1f us each; %lld prompt tokens, %.3f of them cached; %lld generated\n"
      "    queued: median %.0f ms, p99 %.0f ms, most %.0f ms, at most %zu waiting\n"
      "    %llu preemptions; %zu bytes kept by the scheduler\n",
      replay->ended, options.limits.cells, options.limits.sequences, options.limits.active,
      player->now_ms() / 1000, replay->cpu_ms / 1000, calls, replay->cpu_ms * 1000 / calls,
      static_cast<long long>(replay->prompt_tokens),
      static_cast<double>(replay->cached_tokens) / static_cast<double>(replay->prompt_tokens),
      static_cast<long long>(replay->generated), Percentile(&replay->queued_ms, 0.5),
      Percentile(&replay->queued_ms, 0.99), Percentile(&replay->queued_ms, 1), replay->most_waiting,
      static_cast<unsigned long long>(player->scheduler().preemptions()), replay->heap_bytes);
}

int32_t FromEnvironment(const char* name, int32_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::atoi(value);
}

}  // namespace

TEST("scheduler_replay: a long trace ends, reuses what it has in common and does not leak") {
  PlayerOptions options;
  options.limits.cells = 65536;
  options.limits.sequences = 256;
  options.limits.active = 64;
  options.limits.batch_tokens = 2048;
  options.limits.batch_outputs = 128;
  options.thorough = false;
  options.call_ms = 8;
  options.token_ms = 0.1;
  TraceShape shape;
  shape.requests = FromEnvironment("ABSTRACTLLM_REPLAY_REQUESTS", kRequests);
  auto player = std::make_unique<Player>(options);
  Replay replay = Play(shape, player.get());
  CHECK_EQ(player->faults().first(), "");
  REQUIRE(!player->faults().any());
  Report(options, player.get(), &replay);
  CHECK_EQ(replay.ended, shape.requests);
  CHECK(static_cast<double>(replay.cached_tokens) >=
        kLeastHitRate * static_cast<double>(replay.prompt_tokens));
  CHECK(replay.heap_bytes <= kBytesPerCell * static_cast<size_t>(options.limits.cells));
  player->CheckNothingLeft();
  CHECK_EQ(player->faults().first(), "");
}
