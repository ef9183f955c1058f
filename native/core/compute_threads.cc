#include "compute_threads.h"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#ifdef __linux__
#include <sched.h>
#endif

#include "common.h"
#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "thread.h"

namespace abstractllm {
namespace {

// How long an idle worker spins before it sleeps, in units of ggml (131072 rounds,
// a few milliseconds). Long enough to bridge sampling between two tokens; ggml's
// default of 50 would burn a core for a third of a second after every call.
constexpr uint32_t kPollLevel = 1;

#ifdef __linux__
// The quota of the control group in whole CPUs, or 0 when there is none.
int CgroupCpuLimit() {
  std::FILE* file = std::fopen("/sys/fs/cgroup/cpu.max", "r");
  if (file == nullptr) return 0;
  long long quota = 0;
  long long period = 0;
  const int fields = std::fscanf(file, "%lld %lld", &quota, &period);
  std::fclose(file);
  if (fields != 2 || quota <= 0 || period <= 0) return 0;
  return static_cast<int>(std::max(1LL, quota / period));
}

int AffinityCpuCount() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 0;
  return CPU_COUNT(&set);
}
#endif

// The pool lives in the CPU backend, which may be a module loaded at run time, so its
// functions are looked up instead of linked.
template <typename Function>
Function CpuFunction(const char* name) {
  ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  if (device == nullptr) return nullptr;
  return reinterpret_cast<Function>(
      ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device), name));
}

// Whether the system gives `count` threads at once. ggml ends the process when it is
// refused one (ggml-cpu.c, ggml_threadpool_new_impl), so ask before.
bool CanStart(int count) {
  std::mutex mutex;
  std::condition_variable changed;
  bool go = false;
  bool all_started = true;
  std::vector<std::thread> probes;
  try {
    probes.reserve(static_cast<size_t>(count));
    for (int i = 0; i < count; ++i) {
      probes.emplace_back([&] {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [&] { return go; });
      });
    }
  } catch (const std::exception&) {  // refused by the system, or out of memory
    all_started = false;
  }
  {
    std::lock_guard<std::mutex> lock(mutex);
    go = true;
  }
  changed.notify_all();
  for (std::thread& probe : probes) probe.join();
  return all_started;
}

struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  uint64_t next_ticket = 0;
  uint64_t now_serving = 0;
};

// Never destroyed: inference threads may outlive static destruction on process exit.
Gate& CpuGate() {
  static Gate* gate = new Gate;
  return *gate;
}

struct Pools {
  std::mutex mutex;
  std::map<int, std::weak_ptr<ComputeThreads>> by_count;
};

Pools& SharedPools() {
  static Pools* pools = new Pools;
  return *pools;
}

}  // namespace

int UsableCores() {
  int cores = common_cpu_get_num_math();
#ifdef __linux__
  if (const int limit = AffinityCpuCount(); limit > 0) cores = std::min(cores, limit);
  if (const int limit = CgroupCpuLimit(); limit > 0) cores = std::min(cores, limit);
#endif
  return std::max(cores, 1);
}

std::shared_ptr<ComputeThreads> ComputeThreads::Shared(int threads) {
  Pools& pools = SharedPools();
  std::lock_guard<std::mutex> lock(pools.mutex);
  std::weak_ptr<ComputeThreads>& slot = pools.by_count[threads];
  if (auto existing = slot.lock()) return existing;
  auto created = Create(threads);
  slot = created;
  return created;
}

std::shared_ptr<ComputeThreads> ComputeThreads::Create(int threads) {
  using NewPool = ggml_threadpool* (*)(ggml_threadpool_params*);
  const auto new_pool = CpuFunction<NewPool>("ggml_threadpool_new");
  if (new_pool == nullptr || !CanStart(threads)) return nullptr;
  ggml_threadpool_params params = ggml_threadpool_params_default(threads);
  params.poll = kPollLevel;
  ggml_threadpool* pool = new_pool(&params);
  if (pool == nullptr) return nullptr;
  return std::shared_ptr<ComputeThreads>(new ComputeThreads(pool, threads));
}

ComputeThreads::~ComputeThreads() {
  using FreePool = void (*)(ggml_threadpool*);
  CpuFunction<FreePool>("ggml_threadpool_free")(pool_);
}

ComputeTurn::ComputeTurn() {
  Gate& gate = CpuGate();
  std::unique_lock<std::mutex> lock(gate.mutex);
  const uint64_t ticket = gate.next_ticket++;
  gate.changed.wait(lock, [&] { return gate.now_serving == ticket; });
}

ComputeTurn::~ComputeTurn() {
  Gate& gate = CpuGate();
  {
    std::lock_guard<std::mutex> lock(gate.mutex);
    ++gate.now_serving;
  }
  gate.changed.notify_all();
}

}  // namespace abstractllm
