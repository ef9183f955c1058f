#include "media/clip_compute.h"

#include "ggml-cpu.h"
#include "media/engine_guard.h"

namespace abstractllm {
namespace {

thread_local ClipComputeScope* current = nullptr;

ggml_backend_t CpuOf(ggml_backend_sched_t scheduler) {
  for (int i = 0; i < ggml_backend_sched_get_n_backends(scheduler); ++i) {
    ggml_backend_t backend = ggml_backend_sched_get_backend(scheduler, i);
    const auto type = ggml_backend_dev_type(ggml_backend_get_device(backend));
    if (type == GGML_BACKEND_DEVICE_TYPE_CPU) return backend;
  }
  return nullptr;
}

// Looked up instead of linked: the CPU backend may be a module.
template <typename Function>
Function FunctionOf(ggml_backend_t backend, const char* name) {
  ggml_backend_reg_t module = ggml_backend_dev_backend_reg(ggml_backend_get_device(backend));
  return reinterpret_cast<Function>(ggml_backend_reg_get_proc_address(module, name));
}

void SetCpu(ggml_backend_t cpu, ggml_threadpool* pool, ggml_abort_callback callback, void* data) {
  using SetPool = void (*)(ggml_backend_t, ggml_threadpool*);
  FunctionOf<SetPool>(cpu, "ggml_backend_cpu_set_threadpool")(cpu, pool);
  using SetCallback = void (*)(ggml_backend_t, ggml_abort_callback, void*);
  FunctionOf<SetCallback>(cpu, "ggml_backend_set_abort_callback")(cpu, callback, data);
}

}  // namespace

ClipComputeScope::ClipComputeScope(ggml_threadpool* pool, const Interrupted& interrupted)
    : pool_(pool), interrupted_(interrupted) {
  current = this;
}

ClipComputeScope::~ClipComputeScope() { current = nullptr; }

ggml_status ComputeClipGraph(ggml_backend_sched_t scheduler, ggml_cgraph* graph) {
  const EngineGuardPause pause;
  ggml_backend_t cpu = CpuOf(scheduler);
  ClipComputeScope* scope = current;
  if (scope == nullptr || cpu == nullptr) return ggml_backend_sched_graph_compute(scheduler, graph);
  const auto interrupted = [](void* data) { return (*static_cast<const Interrupted*>(data))(); };
  SetCpu(cpu, scope->pool_, interrupted, const_cast<Interrupted*>(&scope->interrupted_));
  const ggml_status status = ggml_backend_sched_graph_compute(scheduler, graph);
  // Neither may outlive its owner in the backend.
  SetCpu(cpu, nullptr, nullptr, nullptr);
  if (status == GGML_STATUS_ABORTED) scope->stopped_ = true;
  return status;
}

}  // namespace abstractllm
