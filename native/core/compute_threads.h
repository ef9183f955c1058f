// The CPU threads that multiply matrices, shared by all models of the process, and
// the turn-taking between models. Two models computing at once on the same cores
// would spin at each other's barriers; one at a time is faster for both.
#pragma once

#include <cstdint>
#include <memory>

struct ggml_threadpool;

namespace abstractllm {

// Cores that are worth using: physical ones, within this process's affinity mask
// and the CPU quota of its control group (Linux). At least 1.
int UsableCores();

// A ggml thread pool. Models that take turns (ComputeTurn) share one per thread count; a
// model that does not, because a GPU does most of its work, needs one of its own: ggml
// allows a pool one graph at a time. Owns: the pool and its threads.
class ComputeThreads {
 public:
  // Thread: any, both. Null if the operating system refuses that many threads.
  static std::shared_ptr<ComputeThreads> Shared(int threads);
  static std::shared_ptr<ComputeThreads> Create(int threads);
  ~ComputeThreads();
  ComputeThreads(const ComputeThreads&) = delete;
  ComputeThreads& operator=(const ComputeThreads&) = delete;

  ggml_threadpool* pool() const { return pool_; }
  int threads() const { return threads_; }

 private:
  ComputeThreads(ggml_threadpool* pool, int threads) : pool_(pool), threads_(threads) {}
  ggml_threadpool* pool_;
  int threads_;
};

// Holding one is the right to compute on the CPU. Turns are granted in the order of
// asking, so no model starves. Thread: construct and destroy on the same thread; do
// not nest.
class ComputeTurn {
 public:
  ComputeTurn();
  ~ComputeTurn();
  ComputeTurn(const ComputeTurn&) = delete;
  ComputeTurn& operator=(const ComputeTurn&) = delete;
};

}  // namespace abstractllm
