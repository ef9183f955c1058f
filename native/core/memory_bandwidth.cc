#include "memory_bandwidth.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#include "backend.h"
#include "compute_threads.h"

namespace abstractllm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t kMostBytes = uint64_t{256} << 20;
constexpr uint64_t kLeastBytes = uint64_t{8} << 20;
// A machine that is short of memory is not made shorter by much.
constexpr uint64_t kShareOfFree = 8;
constexpr std::chrono::milliseconds kDuration(50);

// Eight sums, so that no load waits for an addition.
uint64_t Sum(const uint64_t* values, size_t count) {
  uint64_t sums[8] = {};
  for (size_t i = 0; i + 8 <= count; i += 8) {
    for (size_t lane = 0; lane < 8; ++lane) sums[lane] += values[i + lane];
  }
  uint64_t total = 0;
  for (const uint64_t sum : sums) total += sum;
  return total;
}

// One thread's part of the memory, which it writes first: on machines with several sockets
// it then lies beside its core.
class Reader {
 public:
  explicit Reader(size_t bytes)
      : count_(bytes / sizeof(uint64_t)), values_(new(std::nothrow) uint64_t[count_]) {}

  bool ready() const { return values_ != nullptr; }

  // Reads until the time is over; bytes per second.
  double Run(std::atomic<int>* waiting) {
    std::fill_n(values_.get(), count_, uint64_t{1});
    waiting->fetch_sub(1);
    while (waiting->load() > 0) std::this_thread::yield();
    const Clock::time_point begin = Clock::now();
    uint64_t passes = 0;
    std::chrono::duration<double> elapsed{};
    do {
      sum_.store(sum_.load() + Sum(values_.get(), count_));
      ++passes;
      elapsed = Clock::now() - begin;
    } while (elapsed < kDuration);
    return static_cast<double>(passes * count_ * sizeof(uint64_t)) / elapsed.count();
  }

 private:
  size_t count_;
  std::unique_ptr<uint64_t[]> values_;
  std::atomic<uint64_t> sum_{0};  // keeps the loop from being left out
};

Status NoMemory() {
  return Status::Error(Code::kResource, "There is no memory to measure the memory's speed with.",
                       {{"device", std::string("cpu")}});
}

}  // namespace

Result<double> MeasureMemoryBandwidth() {
  const auto threads = static_cast<size_t>(UsableCores());
  const uint64_t bytes = std::min(kMostBytes, FreeHostMemory() / kShareOfFree);
  if (bytes < kLeastBytes) return NoMemory();
  std::vector<std::unique_ptr<Reader>> readers;
  for (size_t i = 0; i < threads; ++i) {
    readers.push_back(std::make_unique<Reader>(bytes / threads));
    if (!readers.back()->ready()) return NoMemory();
  }
  std::vector<double> rates(threads, 0.0);
  std::vector<std::thread> others;
  others.reserve(threads);
  std::atomic<int> waiting{static_cast<int>(threads)};
  const auto run = [&](size_t i) { rates[i] = readers[i]->Run(&waiting); };
  for (size_t i = 1; i < threads; ++i) {
    try {
      others.emplace_back(run, i);
    } catch (const std::exception&) {
      waiting.fetch_sub(1);  // the others measure without it
    }
  }
  run(0);
  for (std::thread& thread : others) thread.join();
  double total = 0.0;
  for (const double rate : rates) total += rate;
  return total;
}

}  // namespace abstractllm
