// The threads of one load: they convert tensors, and end with it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "thread.h"

namespace abstractllm {

// Thread: one caller at a time. Owns: its threads, which sleep between calls of Run.
class WorkerPool {
 public:
  // `threads` counts the calling one, which works too. With fewer threads than asked for,
  // if the system refuses some, Run takes longer.
  explicit WorkerPool(int threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // How many different values `worker` takes in Run: 0 is the caller.
  size_t workers() const { return threads_.size() + 1; }

  // Calls work(worker, item) for the items 0 to count - 1, in parallel, and after each of
  // the caller's own, `between` on the calling thread. False from either ends it early.
  // Neither may throw. True if every item was done.
  bool Run(size_t count, const std::function<bool(size_t worker, size_t item)>& work,
           const std::function<bool()>& between);

 private:
  struct Task;
  void Loop(size_t worker);
  static void Work(Task& task, size_t worker, const std::function<bool()>* between);

  std::mutex mutex_;
  std::condition_variable changed_;
  Task* task_ = nullptr;  // of the running Run, with its number
  size_t number_ = 0;
  size_t busy_ = 0;
  bool ending_ = false;
  std::vector<std::unique_ptr<Thread>> threads_;
};

}  // namespace abstractllm
