#include "compute_threads.h"

#include <atomic>
#include <thread>
#include <vector>

#include "backend.h"
#include "check.h"

using namespace abstractllm;

TEST("compute_threads: one turn at a time, and everyone gets theirs") {
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::vector<int> turns(4, 0);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < turns.size(); ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 500; ++n) {
        ComputeTurn turn;
        const int now = ++inside;
        if (now > most) most = now;
        ++turns[i];
        --inside;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_EQ(most.load(), 1);
  for (const int count : turns) CHECK_EQ(count, 500);
}

TEST("compute_threads: models that want as many threads share a pool") {
  REQUIRE(InitBackend("").ok());
  auto first = ComputeThreads::Shared(2);
  auto second = ComputeThreads::Shared(2);
  auto other = ComputeThreads::Shared(1);
  REQUIRE(first != nullptr && other != nullptr);
  CHECK(first == second);
  CHECK(first != other);
  CHECK_EQ(first->threads(), 2);
  CHECK(UsableCores() >= 1);
}
