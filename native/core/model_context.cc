#include "model_context.h"

#include <algorithm>
#include <string>

#include "backend.h"
#include "cache_types.h"
#include "logging.h"
#include "memory_plan.h"

namespace abstractllm {
namespace {

// Of a cache of cells: the engine's limit, which costs nothing.
constexpr int32_t kSharingSequences = 256;

// Bytes of logits that scoring may ask for in one engine call: bounds both the output
// buffer and the compute buffer for large vocabularies.
constexpr uint64_t kMaxLogitBytes = 32ull << 20;

// Bytes of the KV cache if the model is a plain one: right within a factor of a few.
uint64_t EstimateKvBytes(const llama_model* model, const llama_context_params& params) {
  const HeadSizes head = HeadSizesOf(model);
  const auto kv_heads = static_cast<uint64_t>(std::max(llama_model_n_head_kv(model), 1));
  const uint64_t heads =
      params.n_ctx * static_cast<uint64_t>(llama_model_n_layer(model)) * kv_heads;
  const auto bytes = [heads](uint32_t size, ggml_type type) {
    return heads * size * ggml_type_size(type) / static_cast<uint64_t>(ggml_blck_size(type));
  };
  return bytes(head.k, params.type_k) + bytes(head.v, params.type_v);
}

// An encoder takes its input in one piece.
uint32_t LongestSource(uint32_t context) {
  constexpr uint32_t kMost = 4096;
  return std::clamp(context, kMicroBatch, kMost);
}

// Whether all matrices are float32: such a model is small, or was asked for to be exact.
bool IsFloat32(const GgufSummary& summary) {
  for (const GgufTensor& tensor : summary.tensors) {
    if (tensor.shape.size() > 1 && tensor.type != GGML_TYPE_F32) return false;
  }
  return true;
}

llama_context_params ContextParams(const CacheTypes& types, uint32_t cells,
                                   const LoadedModel& loaded) {
  llama_context_params params = llama_context_default_params();
  params.n_ctx = cells;
  params.n_batch = loaded.encodes_source ? LongestSource(cells) : kMicroBatch;
  params.n_ubatch = params.n_batch;
  // One pool of cells, whose sequences may share them. The number of sequences then sizes
  // nothing but states.
  params.kv_unified = true;
  params.n_seq_max =
      loaded.max_sequences == kSharingSequences ? 1 : static_cast<uint32_t>(loaded.max_sequences);
  params.n_outputs_max = loaded.max_outputs;
  params.n_threads = loaded.threads->threads();
  params.n_threads_batch = loaded.threads->threads();
  params.no_perf = true;
  // Room for the windows of all sequences.
  params.swa_full = true;
  params.offload_kqv = !loaded.placement.cpu_only();
  params.op_offload = !loaded.placement.cpu_only();
  params.type_k = types.k;
  params.type_v = types.v;
  params.flash_attn_type = types.flash_attention;
  return params;
}

void LogCacheSize(uint64_t bytes, uint32_t cells) {
  const std::string line = "the KV cache of " + std::to_string(cells) + " tokens takes about " +
                           std::to_string(bytes >> 20) + " MiB\n";
  WriteLog(LogLevel::kInfo, line.c_str());
}

// Tries one size. kResource when it does not fit.
Status TryContext(const LoadRequest& request, const ModelSource& source, const CacheTypes& types,
                  uint32_t cells, LoadedModel* loaded) {
  const llama_model* model = loaded->model.get();
  const llama_context_params params = ContextParams(types, cells, *loaded);
  const uint64_t estimate = EstimateKvBytes(model, params);
  LogCacheSize(estimate, cells);
  // The dry run costs as much as reading the vocabulary: only where it may matter.
  constexpr uint64_t kMargin = 4;
  if (estimate > FreeHostMemory() / kMargin) {
    const auto load = [&](llama_model_params dry) { return LoadDry(source, dry); };
    Status status = CheckMemory(load, ModelParams(request, source.summary, loaded->placement),
                                params, estimate);
    if (!status.ok()) return status;
  }
  ErrorCapture capture;
  loaded->context.reset(llama_init_from_model(loaded->model.get(), params));
  if (loaded->context != nullptr) return Status::Ok();
  const std::string reason = capture.Text();
  return Status::Error(Code::kResource,
                       "The context of " + std::to_string(cells) + " tokens could not be created" +
                           (reason.empty() ? "." : ": " + reason),
                       {{"device", std::string("cpu")},
                        {"remedies", std::vector<std::string>{
                                         "Set context_window to a smaller number of tokens."}}});
}

// Where sequences that are computed together come out wrong: the engine's graph of plamo2
// mixes their states. Found by scripts/test-architectures.mjs, which will also tell when
// an engine no longer does.
bool MixesStates(const llama_model* model) {
  char architecture[64] = "";
  llama_model_meta_val_str(model, "general.architecture", architecture, sizeof(architecture));
  return std::string(architecture) == "plamo2";
}

// Decides what sequences may do with the memory of this architecture.
void ChooseSequences(LoadedModel* loaded) {
  constexpr int32_t kStates = 8;  // each takes memory of its own
  const llama_model* model = loaded->model.get();
  const llama_rope_type rope = llama_model_rope_type(model);
  loaded->position_axes = rope == LLAMA_ROPE_TYPE_MROPE || rope == LLAMA_ROPE_TYPE_IMROPE;
  loaded->encodes_source = llama_model_has_encoder(model) && llama_model_has_decoder(model);
  const bool state = llama_model_is_recurrent(model) || llama_model_is_hybrid(model);
  // Cells outside of a sequence's sliding window are lost to others as soon as it moves on,
  // whatever the size of the cache: what is left of such a prefix is not all of it.
  const bool window = llama_model_n_swa(model) > 0;
  loaded->shares_prefixes = !state && !window && !loaded->encodes_source;
  loaded->max_sequences = kSharingSequences;
  if (state) loaded->max_sequences = kStates;
  if (loaded->encodes_source || MixesStates(model)) loaded->max_sequences = 1;
}

}  // namespace

Result<ContextPlan> PlanContext(const LoadRequest& request, const ModelSource& source,
                                LoadedModel* loaded) {
  const llama_model* model = loaded->model.get();
  Result<CacheTypes> types = ChooseCacheTypes(request, model, IsFloat32(source.summary));
  if (!types.ok()) return types.status();
  ChooseSequences(loaded);
  const auto row_bytes =
      static_cast<uint64_t>(llama_vocab_n_tokens(llama_model_get_vocab(model))) * sizeof(float);
  loaded->max_outputs = static_cast<uint32_t>(std::clamp<uint64_t>(
      kMaxLogitBytes / std::max<uint64_t>(row_bytes, 1),
      static_cast<uint64_t>(loaded->shares_prefixes ? 1 : loaded->max_sequences), kMicroBatch));
  const auto trained = static_cast<uint32_t>(std::max(llama_model_n_ctx_train(model), 1));
  const bool asked = request.context_size > 0;
  const uint32_t size = asked ? request.context_size : std::min(trained, kDefaultContext);
  const uint32_t cells = std::max(size, request.cache_cells);
  return ContextPlan{types.value(), size, cells, ContextParams(types.value(), cells, *loaded)};
}

Status CreateContext(const LoadRequest& request, const ModelSource& source, LoadedModel* loaded) {
  Result<ContextPlan> plan = PlanContext(request, source, loaded);
  if (!plan.ok()) return plan.status();
  const CacheTypes types = plan.value().types;
  const bool asked = request.context_size > 0;
  uint32_t size = plan.value().context_size;
  Status status = TryContext(request, source, types, std::max(size, request.cache_cells), loaded);
  // What nobody asked for may shrink until it fits.
  while (!status.ok() && status.code == Code::kResource && !asked && request.cache_cells == 0 &&
         size > kLeastContext) {
    size = std::max(size / 2, kLeastContext);
    status = TryContext(request, source, types, size, loaded);
  }
  if (!status.ok()) return status;
  loaded->info.context_size = size;
  loaded->cache_cells = std::max(size, request.cache_cells);
  loaded->batch_size = llama_n_batch(loaded->context.get());
  llama_attach_threadpool(loaded->context.get(), loaded->threads->pool(), loaded->threads->pool());
  return Status::Ok();
}

}  // namespace abstractllm
