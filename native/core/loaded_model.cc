#include "loaded_model.h"

#include <algorithm>

#include "backend.h"
#include "checkpoint/adapter.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/gguf_writer.h"
#include "engine_memory.h"
#include "ggml-backend.h"
#include "gguf_file.h"
#include "llama.h"
#include "llama_tokenizer.h"
#include "logging.h"
#include "memory_plan.h"

namespace abstractllm {
namespace {

// Where a model comes from: a GGUF file, or a checkpoint with a plan.
struct ModelSource {
  std::string path;  // of the file that the engine opens, unless there is a stream
  const GgufSummary& summary;
  Checkpoint* stream = nullptr;            // converts while it loads
  const Vocabulary* vocabulary = nullptr;  // of a checkpoint: more than a GGUF can say
};

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

Result<llama_model_ptr> LoadWeights(const LoadRequest& request, const ModelSource& source,
                                    uint64_t size_bytes, const LoadProgress& progress) {
  if (source.stream != nullptr) {
    const int threads = request.threads > 0 ? request.threads : UsableCores();
    return source.stream->Load(ModelParams(request), threads, progress);
  }
  ErrorCapture capture;
  ProgressBridge bridge = {&progress, size_bytes, false};
  llama_model_params params = ModelParams(request);
  params.progress_callback = OnLoadProgress;
  params.progress_callback_user_data = &bridge;
  llama_model_ptr model(llama_model_load_from_file(source.path.c_str(), params));
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

// Whether all matrices are float32: such a model is small, or was asked for to be exact.
bool IsFloat32(const GgufSummary& summary) {
  for (const GgufTensor& tensor : summary.tensors) {
    if (tensor.shape.size() > 1 && tensor.type != GGML_TYPE_F32) return false;
  }
  return true;
}

// Loads the model's header again, to learn what it would take.
llama_model_ptr LoadDry(const ModelSource& source, llama_model_params params) {
  if (source.stream == nullptr) {
    return llama_model_ptr(llama_model_load_from_file(source.path.c_str(), params));
  }
  Result<llama_model_ptr> model =
      source.stream->Load(params, /*threads=*/1, [](uint64_t, uint64_t) { return true; });
  return model.ok() ? std::move(model.value()) : nullptr;
}

Status CreateContext(const LoadRequest& request, const ModelSource& source, LoadedModel* loaded) {
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
  // The fused attention rounds to half precision on the way, whatever the cache holds:
  // log-probabilities then differ by a few thousandths from those of the original.
  if (IsFloat32(source.summary)) {
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.type_k = GGML_TYPE_F32;
    params.type_v = GGML_TYPE_F32;
  }

  // The dry run costs as much as reading the vocabulary: only where it may matter.
  constexpr uint64_t kMargin = 4;
  const uint64_t estimate = EstimateKvBytes(model, size);
  if (estimate > FreeHostMemory() / kMargin) {
    const auto load = [&](llama_model_params dry) { return LoadDry(source, dry); };
    Status status = CheckMemory(load, ModelParams(request), params, estimate);
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

void CompileTemplate(const ModelSource& source, LoadedModel* loaded) {
  const llama_vocab* vocab = llama_model_get_vocab(loaded->model.get());
  const char* text = llama_model_chat_template(loaded->model.get(), nullptr);
  if (text == nullptr || *text == '\0') {
    loaded->chat_template_error =
        "This is a base model without a chat template: give it a prompt string instead of "
        "messages.";
    return;
  }
  // A checkpoint may have neither, where the engine's vocabulary always has both.
  const Vocabulary* own = source.vocabulary;
  auto compiled = ChatTemplate::Compile(
      text, own != nullptr ? own->bos_text : TokenText(vocab, llama_vocab_bos(vocab)),
      own != nullptr ? own->eos_text : TokenText(vocab, llama_vocab_eos(vocab)));
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

Result<std::unique_ptr<LoadedModel>> LoadFrom(const LoadRequest& request, const ModelSource& source,
                                              const LoadProgress& progress) {
  auto loaded = std::make_unique<LoadedModel>();
  loaded->computes_on_cpu = request.cpu_only || !HasGpu();
  try {
    const uint64_t size_bytes = source.summary.size_bytes;
    if (Status status = StartThreads(request, size_bytes, loaded.get()); !status.ok()) {
      return status;
    }
    Result<llama_model_ptr> weights = LoadWeights(request, source, size_bytes, progress);
    if (!weights.ok()) return weights.status();
    loaded->model = std::move(weights.value());
    if (Status status = CreateContext(request, source, loaded.get()); !status.ok()) return status;
    if (request.plan != nullptr) {
      // They are small beside the weights, whose progress has reached its end.
      const auto done = [&](uint64_t, uint64_t) { return progress(size_bytes, size_bytes); };
      Status status =
          ApplyAdapters(request.plan->adapters, loaded->model.get(), loaded->context.get(), done);
      if (!status.ok()) return status;
    }
    auto tokenizer = std::make_unique<LlamaTokenizer>(llama_model_get_vocab(loaded->model.get()),
                                                      PreTokenizerName(source.summary));
    if (source.vocabulary != nullptr) tokenizer->StopAt(source.vocabulary->stop_tokens);
    loaded->tokenizer = std::move(tokenizer);
    CompileTemplate(source, loaded.get());
    DescribeModel(source.summary.architecture, loaded.get());
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

// Through a file of its own, which is written when it is not there yet.
Result<std::unique_ptr<LoadedModel>> LoadCached(const LoadRequest& request,
                                                const LoadProgress& progress) {
  const std::string& path = request.plan->cache_path;
  Result<GgufSummary> summary = ReadGguf(path);
  // One that is damaged is written again, too.
  if (!summary.ok()) {
    Result<std::unique_ptr<Checkpoint>> checkpoint = Checkpoint::Open(*request.plan, request.path);
    if (!checkpoint.ok()) return checkpoint.status();
    const int threads = request.threads > 0 ? request.threads : UsableCores();
    const Status written = checkpoint.value()->Stream(
        threads, progress, [&](VirtualGguf& gguf) { return WriteGguf(gguf, path); });
    if (!written.ok()) return written;
    summary = ReadGguf(path);
  }
  if (!summary.ok()) return summary.status();
  if (Status status = ValidateForLoading(summary.value()); !status.ok()) return status;
  const Result<Vocabulary> vocabulary = BuildVocabulary(request.plan->vocabulary);
  if (!vocabulary.ok()) return vocabulary.status();
  // Converting was what took time; the file is mapped.
  const auto done = [&](uint64_t, uint64_t total) { return progress(total, total); };
  return LoadFrom(request, {path, summary.value(), nullptr, &vocabulary.value()}, done);
}

Result<std::unique_ptr<LoadedModel>> LoadCheckpoint(const LoadRequest& request,
                                                    const LoadProgress& progress) {
  Result<std::unique_ptr<Checkpoint>> opened = Checkpoint::Open(*request.plan, request.path);
  if (!opened.ok()) return opened.status();
  Checkpoint& checkpoint = *opened.value();
  return LoadFrom(request,
                  {request.path, checkpoint.summary(), &checkpoint, &checkpoint.vocabulary()},
                  progress);
}

}  // namespace

Result<std::unique_ptr<LoadedModel>> LoadModel(const LoadRequest& request,
                                               const LoadProgress& progress) {
  if (request.plan != nullptr) {
    return request.plan->cache_path.empty() ? LoadCheckpoint(request, progress)
                                            : LoadCached(request, progress);
  }
  Result<GgufSummary> summary = ReadGguf(request.path);
  if (!summary.ok()) return summary.status();
  if (Status status = ValidateForLoading(summary.value()); !status.ok()) return status;
  return LoadFrom(request, {request.path, summary.value()}, progress);
}

}  // namespace abstractllm
