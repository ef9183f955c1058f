// A request to stop, shared between the thread that asks and the threads that obey.
#pragma once

#include <atomic>
#include <memory>

namespace abstractllm {

// Thread: any. Once cancelled, it stays so.
class CancelToken {
 public:
  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> cancelled_{false};
};

using CancelTokenPtr = std::shared_ptr<CancelToken>;

// For work that may also be done where nobody can stop it.
inline bool IsCancelled(const CancelToken* cancel) {
  return cancel != nullptr && cancel->cancelled();
}

}  // namespace abstractllm
