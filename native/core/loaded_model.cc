#include "loaded_model.h"

#include <algorithm>

#include "backend.h"
#include "engine_memory.h"
#include "ggml-backend.h"
#include "gguf_file.h"
#include "llama.h"
#include "llama_tokenizer.h"
#include "logging.h"
#include "memory_plan.h"

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

std::string PreTokenizerName(const GgufSummary& summary) {
  const GgufEntry* entry = summary.Find("tokenizer.ggml.pre");
  const auto* name = entry == nullptr ? nullptr : std::get_if<std::string>(&entry->value);
  return name == nullptr ? std::string() : *name;
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
  const bool memory = reason.find("alloc") != std::string::npos;
  return Status::Error(memory ? Code::kResource : Code::kModelLoading,
                       "The model " + request.path + " could not be loaded: " +
                           (reason.empty() ? "the engine gave no reason." : reason),
                       {{"path", request.path}});
}

// Bytes of a 16-bit KV cache if the model is a plain one: right within a factor of a few.
uint64_t EstimateKvBytes(const llama_model* model, uint64_t cells) {
  const auto heads = static_cast<uint64_t>(std::max(llama_model_n_head(model), 1));
  const uint64_t head_size = static_cast<uint64_t>(llama_model_n_embd(model)) / heads;
  const auto kv_heads = static_cast<uint64_t>(std::max(llama_model_n_head_kv(model), 1));
  constexpr uint64_t kKeyAndValue = 2;
  constexpr uint64_t kBytesPerElement = 2;
  return cells * static_cast<uint64_t>(llama_model_n_layer(model)) * kv_heads * head_size *
         kKeyAndValue * kBytesPerElement;
}

Status CreateContext(const LoadRequest& request, LoadedModel* loaded) {
  const llama_model* model = loaded->model.get();
  const auto trained = static_cast<uint32_t>(std::max(llama_model_n_ctx_train(model), 1));
  const uint32_t size =
      request.context_size > 0 ? request.context_size : std::min(trained, kDefaultContext);
  const auto row_bytes =
      static_cast<uint64_t>(llama_vocab_n_tokens(llama_model_get_vocab(model))) * sizeof(float);
  loaded->max_outputs = static_cast<uint32_t>(
      std::clamp<uint64_t>(kMaxLogitBytes / std::max<uint64_t>(row_bytes, 1), 1, kMicroBatch));

  llama_context_params params = llama_context_default_params();
  params.n_ctx = size;
  params.n_batch = kMicroBatch;
  params.n_ubatch = kMicroBatch;
  params.n_seq_max = 1;
  params.n_outputs_max = loaded->max_outputs;
  params.n_threads = loaded->threads->threads();
  params.n_threads_batch = loaded->threads->threads();
  params.no_perf = true;
  params.swa_full = false;
  params.offload_kqv = !request.cpu_only;
  params.op_offload = !request.cpu_only;

  // The dry run costs as much as reading the vocabulary: only where it may matter.
  constexpr uint64_t kMargin = 4;
  const uint64_t estimate = EstimateKvBytes(model, size);
  if (estimate > FreeHostMemory() / kMargin) {
    Status status = CheckMemory(request.path, ModelParams(request), params, estimate);
    if (!status.ok()) return status;
  }
  ErrorCapture capture;
  loaded->context.reset(llama_init_from_model(loaded->model.get(), params));
  if (loaded->context == nullptr) {
    const std::string reason = capture.Text();
    return Status::Error(Code::kResource,
                         "The context of " + std::to_string(size) + " tokens could not be created" +
                             (reason.empty() ? "." : ": " + reason),
                         {{"device", std::string("cpu")},
                          {"remedies", std::vector<std::string>{
                                           "Set context_window to a smaller number of tokens."}}});
  }
  loaded->info.context_size = size;
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
  info.has_chat_template = loaded->chat_template != nullptr;
}

}  // namespace

Result<std::unique_ptr<LoadedModel>> LoadModel(const LoadRequest& request,
                                               const LoadProgress& progress) {
  Result<GgufSummary> summary = ReadGguf(request.path);
  if (!summary.ok()) return summary.status();
  if (Status status = ValidateForLoading(summary.value()); !status.ok()) return status;

  auto loaded = std::make_unique<LoadedModel>();
  loaded->computes_on_cpu = request.cpu_only || !HasGpu();
  try {
    const uint64_t size_bytes = summary.value().size_bytes;
    if (Status status = StartThreads(request, size_bytes, loaded.get()); !status.ok()) {
      return status;
    }
    Result<llama_model_ptr> weights = LoadWeights(request, size_bytes, progress);
    if (!weights.ok()) return weights.status();
    loaded->model = std::move(weights.value());
    if (Status status = CreateContext(request, loaded.get()); !status.ok()) return status;
    loaded->tokenizer = std::make_unique<LlamaTokenizer>(llama_model_get_vocab(loaded->model.get()),
                                                         PreTokenizerName(summary.value()));
    CompileTemplate(loaded.get());
    DescribeModel(summary.value().architecture, loaded.get());
    loaded->pooled =
        DescribePooled(summary.value(), loaded->context.get(), loaded->info.context_size);
    loaded->memory = MemoryByDevice(loaded->context.get());
  } catch (const std::bad_alloc&) {
    return Status::Error(Code::kResource,
                         "There is not enough memory to load " + request.path + ".");
  } catch (const std::exception& error) {
    return Status::Error(Code::kModelLoading,
                         "The model " + request.path + " could not be loaded: " + error.what());
  }
  return loaded;
}

}  // namespace abstractllm
