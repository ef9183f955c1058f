// How graphs of the engine's clip.cpp are computed.
#pragma once

#include <functional>

#include "ggml-backend.h"

struct ggml_threadpool;

namespace abstractllm {

// Asked between the operations of a graph on a CPU, on the thread that waits for the result.
using Interrupted = std::function<bool()>;

// While one lives, clip.cpp computes on this thread with the threads of `pool`, and stops
// when `interrupted` says so. Both must outlive this.
// Thread: construct and destroy on the same thread; do not nest.
class ClipComputeScope {
 public:
  ClipComputeScope(ggml_threadpool* pool, const Interrupted& interrupted);
  ~ClipComputeScope();
  ClipComputeScope(const ClipComputeScope&) = delete;
  ClipComputeScope& operator=(const ClipComputeScope&) = delete;

  // Whether a graph was left before its end.
  bool stopped() const { return stopped_; }

 private:
  friend ggml_status ComputeClipGraph(ggml_backend_sched_t scheduler, ggml_cgraph* graph);

  ggml_threadpool* pool_;
  const Interrupted& interrupted_;
  bool stopped_ = false;
};

// In the place of ggml_backend_sched_graph_compute (clip_source.h).
ggml_status ComputeClipGraph(ggml_backend_sched_t scheduler, ggml_cgraph* graph);

}  // namespace abstractllm
