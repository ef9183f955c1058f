#include "loaded_model.h"

#include <algorithm>
#include <exception>
#include <new>

#include "backend.h"
#include "cache_types.h"
#include "engine_memory.h"
#include "ggml-backend.h"
#include "gguf_file.h"
#include "gguf_header.h"
#include "llama.h"
#include "llama_tokenizer.h"
#include "logging.h"
#include "memory_plan.h"
#include "speculation/draft_model.h"

namespace abstractllm {
namespace {

// Bytes of logits that scoring may ask for in one engine call: bounds both the output
// buffer and the compute buffer for large vocabularies.
constexpr uint64_t kMaxLogitBytes = 32ull << 20;

struct ProgressBridge {
  const LoadProgress* progress;
  uint64_t total;
  bool stopped;
};

bool OnLoadProgress(float fraction, void* data) {
  auto* bridge = static_cast<ProgressBridge*>(data);
  const auto total = static_cast<double>(bridge->total);
  const auto done = static_cast<uint64_t>(static_cast<double>(fraction) * total);
  if (!(*bridge->progress)(done, bridge->total)) bridge->stopped = true;
  return !bridge->stopped;
}

TokenizerTraits TraitsOf(const GgufSummary& summary) {
  TokenizerTraits traits;
  traits.model = summary.Text("tokenizer.ggml.model");
  traits.pre = summary.Text("tokenizer.ggml.pre");
  const GgufEntry* prefix = summary.Find("tokenizer.ggml.add_space_prefix");
  const auto* value = prefix == nullptr ? nullptr : std::get_if<bool>(&prefix->value);
  if (value != nullptr) traits.adds_space_prefix = *value;
  return traits;
}

std::string TokenText(const llama_vocab* vocab, llama_token token) {
  const char* text = token == LLAMA_TOKEN_NULL ? nullptr : llama_vocab_get_text(vocab, token);
  return text == nullptr ? std::string() : std::string(text);
}

// Threads meet after every operation, which takes longer than the operation when the
// weights are few, and much longer when other processes use the cores too.
int DefaultThreads(uint64_t size_bytes) {
  constexpr uint64_t kBytesPerThread = 32ull << 20;
  const auto worth = static_cast<int>(std::clamp<uint64_t>(size_bytes / kBytesPerThread, 1, 512));
  return std::min(UsableCores(), worth);
}

Status StartThreads(const LoadRequest& request, uint64_t size_bytes, LoadedModel* loaded) {
  const int count = request.threads > 0 ? request.threads : DefaultThreads(size_bytes);
  loaded->threads =
      loaded->computes_on_cpu ? ComputeThreads::Shared(count) : ComputeThreads::Create(count);
  if (loaded->threads != nullptr) return Status::Ok();
  return Status::Error(
      Code::kResource, "The operating system refused " + std::to_string(count) + " threads.",
      {{"device", std::string("cpu")},
       {"remedies", std::vector<std::string>{"Set threads to a smaller number."}}});
}

// With no devices listed the engine keeps to the CPU.
llama_model_params ModelParams(const LoadRequest& request) {
  static ggml_backend_dev_t no_devices[] = {nullptr};
  llama_model_params params = llama_model_default_params();
  if (request.cpu_only) params.devices = no_devices;
  return params;
}

Result<llama_model_ptr> LoadWeights(const LoadRequest& request, uint64_t size_bytes,
                                    const LoadProgress& progress) {
  ErrorCapture capture;
  ProgressBridge bridge = {&progress, size_bytes, false};
  llama_model_params params = ModelParams(request);
  params.progress_callback = OnLoadProgress;
  params.progress_callback_user_data = &bridge;
  llama_model_ptr model(llama_model_load_from_file(request.path.c_str(), params));
  if (model != nullptr) return model;
  if (bridge.stopped) return Status::Aborted();
  const std::string reason = capture.Text();
  return Status::Error(SaysNoMemory(reason) ? Code::kResource : Code::kModelLoading,
                       "The model " + request.path + " could not be loaded: " +
                           (reason.empty() ? "the engine gave no reason." : reason),
                       {{"path", request.path}});
}

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

llama_context_params ContextParams(const LoadRequest& request, const CacheTypes& types,
                                   uint32_t cells, const LoadedModel& loaded) {
  llama_context_params params = llama_context_default_params();
  params.n_ctx = cells;
  params.n_batch = loaded.encodes_source ? LongestSource(cells) : kMicroBatch;
  params.n_ubatch = params.n_batch;
  // One pool of cells, whose sequences may share them. The number of sequences then sizes
  // nothing but states.
  params.kv_unified = true;
  params.n_seq_max = loaded.shares_prefixes ? 1 : static_cast<uint32_t>(loaded.max_sequences);
  params.n_outputs_max = loaded.max_outputs;
  params.n_threads = loaded.threads->threads();
  params.n_threads_batch = loaded.threads->threads();
  params.no_perf = true;
  // Cells outside a sliding window are kept: they may be inside another sequence's.
  params.swa_full = true;
  params.offload_kqv = !request.cpu_only;
  params.op_offload = !request.cpu_only;
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
Status TryContext(const LoadRequest& request, const CacheTypes& types, uint32_t cells,
                  LoadedModel* loaded) {
  const llama_model* model = loaded->model.get();
  const llama_context_params params = ContextParams(request, types, cells, *loaded);
  const uint64_t estimate = EstimateKvBytes(model, params);
  LogCacheSize(estimate, cells);
  // The dry run costs as much as reading the vocabulary: only where it may matter.
  constexpr uint64_t kMargin = 4;
  if (estimate > FreeHostMemory() / kMargin) {
    Status status = CheckMemory(request.path, ModelParams(request), params, estimate);
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
  constexpr int32_t kSharingSequences = 256;  // the engine's limit
  constexpr int32_t kStates = 8;              // each takes memory of its own
  const llama_model* model = loaded->model.get();
  loaded->encodes_source = llama_model_has_encoder(model) && llama_model_has_decoder(model);
  const bool state = llama_model_is_recurrent(model) || llama_model_is_hybrid(model);
  loaded->shares_prefixes = !state && !loaded->encodes_source;
  loaded->max_sequences = kSharingSequences;
  if (state) loaded->max_sequences = kStates;
  if (loaded->encodes_source || MixesStates(model)) loaded->max_sequences = 1;
}

Status CreateContext(const LoadRequest& request, LoadedModel* loaded) {
  const llama_model* model = loaded->model.get();
  Result<CacheTypes> types = ChooseCacheTypes(request, model);
  if (!types.ok()) return types.status();
  ChooseSequences(loaded);
  const auto row_bytes =
      static_cast<uint64_t>(llama_vocab_n_tokens(llama_model_get_vocab(model))) * sizeof(float);
  loaded->max_outputs = static_cast<uint32_t>(std::clamp<uint64_t>(
      kMaxLogitBytes / std::max<uint64_t>(row_bytes, 1),
      static_cast<uint64_t>(loaded->shares_prefixes ? 1 : loaded->max_sequences), kMicroBatch));

  const auto trained = static_cast<uint32_t>(std::max(llama_model_n_ctx_train(model), 1));
  const bool asked = request.context_size > 0;
  uint32_t size = asked ? request.context_size : std::min(trained, kDefaultContext);
  Status status = TryContext(request, types.value(), std::max(size, request.cache_cells), loaded);
  // What nobody asked for may shrink until it fits.
  while (!status.ok() && status.code == Code::kResource && !asked && request.cache_cells == 0 &&
         size > kLeastContext) {
    size = std::max(size / 2, kLeastContext);
    status = TryContext(request, types.value(), size, loaded);
  }
  if (!status.ok()) return status;
  loaded->info.context_size = size;
  loaded->cache_cells = std::max(size, request.cache_cells);
  loaded->batch_size = llama_n_batch(loaded->context.get());
  llama_attach_threadpool(loaded->context.get(), loaded->threads->pool(), loaded->threads->pool());
  return Status::Ok();
}

void CompileTemplate(LoadedModel* loaded) {
  const llama_vocab* vocab = llama_model_get_vocab(loaded->model.get());
  const char* source = llama_model_chat_template(loaded->model.get(), nullptr);
  if (source == nullptr || *source == '\0') {
    loaded->chat_template_error =
        "This is a base model without a chat template: give it a prompt string instead of "
        "messages.";
    return;
  }
  auto compiled = ChatTemplate::Compile(source, TokenText(vocab, llama_vocab_bos(vocab)),
                                        TokenText(vocab, llama_vocab_eos(vocab)));
  if (compiled.ok()) {
    loaded->chat_template = std::move(compiled.value());
  } else {
    loaded->chat_template_error = compiled.status().message;
  }
}

void DescribeModel(const std::string& architecture, LoadedModel* loaded) {
  const llama_model* model = loaded->model.get();
  ModelInfo& info = loaded->info;
  char description[256] = "";
  llama_model_desc(model, description, sizeof(description));
  info.architecture = architecture;
  info.description = description;
  info.parameter_count = llama_model_n_params(model);
  info.size_bytes = llama_model_size(model);
  // The engine rounds its own up; what was asked for is what counts.
  info.context_size = std::min(loaded->info.context_size, llama_n_ctx(loaded->context.get()));
  info.train_context_size = llama_model_n_ctx_train(model);
  info.vocabulary_size = llama_vocab_n_tokens(llama_model_get_vocab(model));
  info.threads = loaded->threads->threads();
  info.cache_cells = loaded->cache_cells;
  info.prefix_reuse = loaded->shares_prefixes;
  info.has_chat_template = loaded->chat_template != nullptr;
}

// The smaller model that guesses ahead, for the same conversations. Its share of the
// progress is small, and not shown.
Status LoadDraft(const LoadRequest& request, const LoadProgress& progress, uint64_t size_bytes,
                 LoadedModel* loaded) {
  LoadRequest draft = request;
  draft.path = request.draft_path;
  draft.draft_path.clear();
  draft.context_size = loaded->info.context_size;
  draft.cache_cells = 0;
  draft.cache_type_k = draft.cache_type_v = "f16";
  draft.threads = loaded->threads->threads();
  auto result =
      LoadModel(draft, [&](uint64_t, uint64_t) { return progress(size_bytes, size_bytes); });
  if (!result.ok()) return result.status();
  loaded->draft = std::move(result.value());
  AddMemory(loaded->draft->memory, &loaded->memory);
  return CheckSameVocabulary(*loaded, *loaded->draft);
}

}  // namespace

Result<std::unique_ptr<LoadedModel>> LoadModel(const LoadRequest& request,
                                               const LoadProgress& progress) try {
  Result<GgufSummary> summary = ReadGguf(request.path);
  if (!summary.ok()) return summary.status();
  if (Status status = ValidateForLoading(summary.value()); !status.ok()) return status;

  auto loaded = std::make_unique<LoadedModel>();
  loaded->computes_on_cpu = request.cpu_only || !HasGpu();
  const uint64_t size_bytes = summary.value().size_bytes;
  if (Status status = StartThreads(request, size_bytes, loaded.get()); !status.ok()) return status;
  Result<llama_model_ptr> weights = LoadWeights(request, size_bytes, progress);
  if (!weights.ok()) return weights.status();
  loaded->model = std::move(weights.value());
  if (Status status = CreateContext(request, loaded.get()); !status.ok()) return status;
  loaded->tokenizer = std::make_unique<LlamaTokenizer>(llama_model_get_vocab(loaded->model.get()),
                                                       TraitsOf(summary.value()));
  CompileTemplate(loaded.get());
  DescribeModel(summary.value().architecture, loaded.get());
  loaded->pooled =
      DescribePooled(summary.value(), loaded->context.get(), loaded->info.context_size);
  loaded->memory = MemoryByDevice(loaded->context.get());
  if (!request.draft_path.empty()) {
    Status status = LoadDraft(request, progress, size_bytes, loaded.get());
    if (!status.ok()) return status;
  }
  return loaded;
} catch (const std::bad_alloc&) {
  return NoMemoryToLoad(request.path);
} catch (const std::exception& error) {
  return Status::Error(Code::kModelLoading,
                       "The model " + request.path + " could not be loaded: " + error.what(),
                       {{"path", request.path}});
}

}  // namespace abstractllm
