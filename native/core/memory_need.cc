#include "memory_need.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <utility>

#include "backend.h"
#include "checkpoint/adapter.h"
#include "checkpoint/checkpoint.h"
#include "load_error.h"
#include "loaded_model.h"
#include "logging.h"
#include "model_context.h"
#include "model_source.h"

namespace abstractllm {
namespace {

// The engine's account of each cell, whatever its types.
constexpr uint64_t kBytesPerCell = 64;
// That account is made in a dry run, too. What is larger is nobody's wish but a mistake's.
constexpr uint64_t kMostDryCells = 4ull << 20;
// A token's text, its score, and its places in the tables that find it; measured.
constexpr uint64_t kBytesPerToken = 240;

uint64_t CountOfTokens(const llama_model* model) {
  return static_cast<uint64_t>(llama_vocab_n_tokens(llama_model_get_vocab(model)));
}

uint64_t WeightsOnHost(const std::vector<DeviceMemory>& devices) {
  uint64_t bytes = 0;
  for (const DeviceMemory& device : devices) {
    if (device.id == "cpu") bytes += device.weights_bytes;
  }
  return bytes;
}

VariantNeed Measure(const LoadRequest& request, const NeedVariant& variant,
                    const ModelSource& source, LoadedModel* loaded) {
  LoadRequest tried = request;
  if (variant.context_size > 0) tried.context_size = variant.context_size;
  if (variant.cache_cells > 0) tried.cache_cells = variant.cache_cells;
  if (!variant.cache_type_k.empty()) tried.cache_type_k = variant.cache_type_k;
  if (!variant.cache_type_v.empty()) tried.cache_type_v = variant.cache_type_v;
  VariantNeed need;
  const Result<ContextPlan> plan = PlanContext(tried, source, loaded);
  if (!plan.ok()) {
    need.status = plan.status();
    return need;
  }
  need.context_size = plan.value().context_size;
  need.cache_cells = plan.value().cells;
  if (need.cache_cells > kMostDryCells || need.cache_cells * kBytesPerCell > FreeHostMemory()) {
    need.status = NoMemoryToLoad(request.path);
    return need;
  }
  const ErrorCapture capture;
  const llama_context_ptr context(llama_init_from_model(loaded->model.get(), plan.value().params));
  if (context != nullptr) {
    need.devices = MemoryByDevice(context.get());
    need.copied_bytes = CopiedWeights(context.get());
    return need;
  }
  const std::string reason = capture.Text();
  need.status =
      Status::Error(Code::kResource, "The context of " + std::to_string(need.cache_cells) +
                                         " tokens could not be planned: " + reason);
  return need;
}

// Of a mapped file every page becomes resident while it loads, also of what is copied.
void ChooseReading(const LoadRequest& request, MemoryNeed* need) {
  need->reads_weights = request.plan != nullptr && request.plan->cache_path.empty();
  if (need->reads_weights) return;
  for (const VariantNeed& variant : need->variants) {
    if (variant.copied_bytes * 2 > WeightsOnHost(variant.devices)) need->reads_weights = true;
  }
  if (need->reads_weights) return;
  for (VariantNeed& variant : need->variants) {
    if (variant.copied_bytes > 0)
      AddMemory({{"cpu", variant.copied_bytes, 0, 0}}, &variant.devices);
  }
}

Status MeasureMedia(const LoadRequest& request, const LoadedModel& loaded, MemoryNeed* need) {
  if (request.media == nullptr) return Status::Ok();
  Result<std::vector<DeviceMemory>> media = request.media->Measure(loaded);
  if (media.ok()) {
    need->media = std::move(media.value());
    return Status::Ok();
  }
  return GoesWithoutMedia(request, media.status()) ? Status::Ok() : media.status();
}

Status MeasureDraft(const LoadRequest& request, MemoryNeed* need) {
  if (request.draft_path.empty()) return Status::Ok();
  for (VariantNeed& variant : need->variants) {
    if (!variant.status.ok()) continue;
    const Result<MemoryNeed> draft = MeasureNeed(
        DraftRequest(request, variant.context_size, variant.cache_cells), {NeedVariant()});
    if (!draft.ok()) return draft.status();
    const VariantNeed& own = draft.value().variants.front();
    if (!own.status.ok()) return own.status;
    AddMemory(own.devices, &variant.devices);
    if (&variant == &need->variants.front()) need->other_bytes += draft.value().other_bytes;
  }
  return Status::Ok();
}

Result<MemoryNeed> MeasureFrom(const LoadRequest& request, const ModelSource& source,
                               const std::vector<NeedVariant>& variants) {
  LoadedModel loaded;
  Result<EnginePlacement> placement = EnginePlacement::Make(request.placement, request.cpu_only);
  if (!placement.ok()) return placement.status();
  loaded.placement = std::move(placement.value());
  loaded.computes_on_cpu = loaded.placement.cpu_only();
  // Counted, not used.
  loaded.threads = ComputeThreads::Create(1);
  if (loaded.threads == nullptr) return NoMemoryToLoad(request.path);
  const ErrorCapture capture;
  loaded.model = LoadDry(source, ModelParams(request, source.summary, loaded.placement));
  if (loaded.model == nullptr) {
    return Status::Error(Code::kModelLoading,
                         "The model " + request.path + " could not be measured: " + capture.Text(),
                         {{"path", request.path}});
  }
  if (Status status = CheckWindows(loaded.model.get(), request.path); !status.ok()) return status;
  MemoryNeed need;
  need.layer_count = llama_model_n_layer(loaded.model.get());
  for (const NeedVariant& variant : variants) {
    need.variants.push_back(Measure(request, variant, source, &loaded));
  }
  // With a row of logits.
  need.other_bytes = CountOfTokens(loaded.model.get()) * (kBytesPerToken + sizeof(float));
  if (request.plan != nullptr) {
    Result<uint64_t> adapters = AdapterBytes(request.plan->adapters);
    if (!adapters.ok()) return adapters.status();
    need.other_bytes += adapters.value();
  }
  ChooseReading(request, &need);
  if (Status status = MeasureMedia(request, loaded, &need); !status.ok()) return status;
  if (Status status = MeasureDraft(request, &need); !status.ok()) return status;
  return need;
}

}  // namespace

Result<MemoryNeed> MeasureNeed(const LoadRequest& request,
                               const std::vector<NeedVariant>& variants) try {
  if (request.plan != nullptr) {
    Result<std::unique_ptr<Checkpoint>> opened = Checkpoint::Open(*request.plan, request.path);
    if (!opened.ok()) return opened.status();
    Checkpoint& checkpoint = *opened.value();
    Result<MemoryNeed> need = MeasureFrom(
        request, {request.path, checkpoint.summary(), &checkpoint, &checkpoint.vocabulary()},
        variants);
    return need;
  }
  const Result<GgufSummary> summary = ReadSound(request.path);
  if (!summary.ok()) return summary.status();
  return MeasureFrom(request, {request.path, summary.value()}, variants);
} catch (const std::bad_alloc&) {
  return NoMemoryToLoad(request.path);
} catch (const std::exception& error) {
  return Status::Error(Code::kModelLoading,
                       "The model " + request.path + " could not be measured: " + error.what(),
                       {{"path", request.path}});
}

}  // namespace abstractllm
