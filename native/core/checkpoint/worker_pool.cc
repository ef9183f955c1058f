#include "checkpoint/worker_pool.h"

#include <atomic>
#include <new>

namespace abstractllm {
namespace {

// Quantisers keep a few rows' worth of scratch on the stack.
constexpr size_t kStackBytes = size_t{1} << 20;

}  // namespace

struct WorkerPool::Task {
  size_t count;
  const std::function<bool(size_t, size_t)>* work;
  std::atomic<size_t> next{0};
  std::atomic<bool> stopped{false};
};

WorkerPool::WorkerPool(int threads) {
  threads_.reserve(static_cast<size_t>(threads));
  try {
    for (int i = 1; i < threads; ++i) {
      auto thread = std::make_unique<Thread>();
      const auto worker = static_cast<size_t>(i);
      if (!thread->Start("al-convert", kStackBytes, [this, worker] { Loop(worker); })) return;
      threads_.push_back(std::move(thread));
    }
  } catch (const std::bad_alloc&) {
    // Only the destructor ends those that have started.
  }
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  for (auto& thread : threads_) thread->Join();
}

void WorkerPool::Work(Task& task, size_t worker, const std::function<bool()>* between) {
  while (!task.stopped.load(std::memory_order_relaxed)) {
    const size_t item = task.next.fetch_add(1);
    if (item >= task.count) return;
    if (!(*task.work)(worker, item) || (between != nullptr && !(*between)())) {
      task.stopped.store(true);
    }
  }
}

bool WorkerPool::Run(size_t count, const std::function<bool(size_t, size_t)>& work,
                     const std::function<bool()>& between) {
  Task task{count, &work};
  // Waking the others costs more than one item is worth.
  const bool share = count > 1 && !threads_.empty();
  if (share) {
    std::lock_guard<std::mutex> lock(mutex_);
    task_ = &task;
    ++number_;
    changed_.notify_all();
  }
  Work(task, 0, &between);
  if (share) {
    std::unique_lock<std::mutex> lock(mutex_);
    task_ = nullptr;
    changed_.wait(lock, [this] { return busy_ == 0; });
  }
  return !task.stopped.load();
}

void WorkerPool::Loop(size_t worker) {
  size_t done = 0;
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return ending_ || (task_ != nullptr && number_ != done); });
    if (ending_) return;
    done = number_;
    Task& task = *task_;
    ++busy_;
    lock.unlock();
    Work(task, worker, nullptr);
    lock.lock();
    if (--busy_ == 0) changed_.notify_all();
  }
}

}  // namespace abstractllm
