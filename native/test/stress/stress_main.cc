// Thousands of random calls on one engine, many at a time, a quarter of them cancelled at
// random moments, with a KV cache that is too small for them: nothing is lost or doubled,
// known calls give the texts that they give alone, and memory does not grow.
//   abstractllm_stress [--calls N] [--seconds S] [--seed N]
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include "backend.h"
#include "engine.h"
#include "stress/stress_calls.h"
#include "stress/stress_sink.h"
#include "tiny_model.h"

namespace abstractllm::test {
namespace {

constexpr size_t kAtOnce = 64;
constexpr JobId kLoad = 1;
constexpr JobId kFirst = 100;

struct Settings {
  uint64_t calls = 5000;
  int seconds = 0;  // instead of a number of calls
  uint64_t seed = 1;
};

uint64_t ResidentKiB() {
  std::ifstream file("/proc/self/statm");
  uint64_t total = 0;
  uint64_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

class Run {
 public:
  explicit Run(const Settings& settings)
      : settings_(settings), calls_(settings.seed), engine_(sink_) {}

  bool Load() {
    InitBackend("");
    LoadRequest request;
    request.path = file_.path();
    request.threads = 2;
    request.context_size = 256;
    request.cache_cells = 640;  // two and a half of the longest sequences
    Submitted(kLoad, {});
    engine_.Load(kLoad, request);
    sink_.WaitForAll();
    return sink_.faults().empty();
  }

  void LearnKnown() {
    for (int i = 0; i < StressCalls::kKnown; ++i) {
      const JobId job = next_;
      Submit(calls_.Known(i));
      sink_.WaitForAll();
      sink_.SetKnown(i, sink_.TextOf(job));
    }
  }

  void Play() {
    std::atomic<bool> over{false};
    std::thread canceller([&] { CancelUntil(over); });
    const auto start = std::chrono::steady_clock::now();
    const auto seconds = [&] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    double reported = 0;
    const auto goes_on = [&](uint64_t done) {
      return settings_.seconds > 0 ? seconds() < settings_.seconds : done < settings_.calls;
    };
    for (uint64_t done = 0; goes_on(done); ++done) {
      Submit(calls_.Next());
      if (done == 2000) warm_kib_ = ResidentKiB();
      if (seconds() < reported + 30) continue;
      reported = seconds();
      std::printf("%.0f s: %llu calls, %llu KiB resident\n", reported,
                  static_cast<unsigned long long>(done),
                  static_cast<unsigned long long>(ResidentKiB()));
      std::fflush(stdout);
    }
    sink_.WaitForAll();
    over.store(true);
    canceller.join();
  }

  int Report() {
    const Usage usage = engine_.usage();
    const uint64_t end_kib = ResidentKiB();
    engine_.Shutdown();
    for (const auto& [name, count] : sink_.ends()) {
      std::printf("%s: %d\n", name.c_str(), count);
    }
    int faults = 0;
    for (const std::string& fault : sink_.faults()) {
      if (++faults <= 20) std::printf("FAULT %s\n", fault.c_str());
    }
    if (usage.queue_depth != 0 || usage.active != 0 || usage.cells_used > usage.cells_total) {
      std::printf("FAULT left behind: %llu jobs, %llu sequences, %llu cells of %llu\n",
                  static_cast<unsigned long long>(usage.queue_depth),
                  static_cast<unsigned long long>(usage.active),
                  static_cast<unsigned long long>(usage.cells_used),
                  static_cast<unsigned long long>(usage.cells_total));
      ++faults;
    }
    if (warm_kib_ > 0) {
      std::printf("resident after 2000 calls and at the end: %llu and %llu KiB\n",
                  static_cast<unsigned long long>(warm_kib_),
                  static_cast<unsigned long long>(end_kib));
    }
    std::printf("%llu calls, %d faults\n", static_cast<unsigned long long>(next_ - kFirst), faults);
    return faults == 0 ? 0 : 1;
  }

 private:
  void Submitted(JobId job, const StressCall& call) { sink_.Expect(job, call, kAtOnce); }

  void Submit(StressCall call) {
    const JobId job = next_++;
    Submitted(job, call);
    engine_.Submit(job, std::move(call.request));
  }

  void CancelUntil(const std::atomic<bool>& over) {
    Random random(settings_.seed + 1);
    JobId seen = 0;
    while (!over.load()) {
      // About one call in four.
      const JobId newest = next_.load();
      for (; seen < newest; ++seen) {
        if (!random.Chance(0.25)) continue;
        const JobId job = sink_.AnyJob(random.Next());
        if (job == 0) continue;
        sink_.Cancelled(job);
        engine_.Cancel(job);
      }
      std::this_thread::sleep_for(std::chrono::microseconds(random.Below(500)));
    }
  }

  Settings settings_;
  TinyModelFile file_;
  StressCalls calls_;
  StressSink sink_;
  Engine engine_;
  std::atomic<JobId> next_{kFirst};
  uint64_t warm_kib_ = 0;
};

int Main(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--calls") == 0) settings.calls = value;
    if (std::strcmp(argv[i], "--seconds") == 0) settings.seconds = static_cast<int>(value);
    if (std::strcmp(argv[i], "--seed") == 0) settings.seed = value;
  }
  Run run(settings);
  if (!run.Load()) return run.Report();
  run.LearnKnown();
  run.Play();
  return run.Report();
}

}  // namespace
}  // namespace abstractllm::test

int main(int argc, char** argv) { return abstractllm::test::Main(argc, argv); }
