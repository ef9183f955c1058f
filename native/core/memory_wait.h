// For what must not be given up when memory is short: the last word on a job.
#pragma once

#include <chrono>
#include <new>
#include <thread>

namespace abstractllm {

// Repeats `work` until it gets the memory that it needs: others in the process free theirs.
// When `work` throws, it has to leave whole what the next attempt needs.
// Thread: any; waits for a millisecond between attempts.
template <typename Work>
void WhenMemoryAllows(Work work) {
  for (;;) {
    try {
      work();
      return;
    } catch (const std::bad_alloc&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
}

}  // namespace abstractllm
