#include "loaded_model.h"

#include <algorithm>
#include <exception>
#include <new>

#include "backend.h"
#include "checkpoint/adapter.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/gguf_writer.h"
#include "engine_memory.h"
#include "engine_private.h"
#include "ggml-backend.h"
#include "gguf_file.h"
#include "llama.h"
#include "load_error.h"
#include "logging.h"
#include "memory_plan.h"
#include "model_context.h"
#include "model_source.h"
#include "model_tokenizer.h"
#include "speculation/draft_model.h"

namespace abstractllm {
namespace {

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

Result<llama_model_ptr> LoadWeights(const LoadRequest& request, const ModelSource& source,
                                    const EnginePlacement& placement, uint64_t size_bytes,
                                    const LoadProgress& progress) {
  if (source.stream != nullptr) {
    const int threads = request.threads > 0 ? request.threads : UsableCores();
    return source.stream->Load(ModelParams(request, source.summary, placement), threads, progress);
  }
  ErrorCapture capture;
  ProgressBridge bridge = {&progress, size_bytes, false};
  llama_model_params params = ModelParams(request, source.summary, placement);
  params.progress_callback = OnLoadProgress;
  params.progress_callback_user_data = &bridge;
  llama_model_ptr model(llama_model_load_from_file(source.path.c_str(), params));
  if (model != nullptr) return model;
  if (bridge.stopped) return Status::Aborted();
  const std::string reason = capture.Text();
  return Status::Error(SaysNoMemory(reason) ? Code::kResource : Code::kModelLoading,
                       "The model " + request.path + " could not be loaded: " +
                           (reason.empty() ? "the engine gave no reason." : reason),
                       {{"path", request.path}});
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
  info.cache_cells = loaded->cache_cells;
  info.prefix_reuse = loaded->shares_prefixes;
  info.has_chat_template = loaded->chat_template != nullptr;
}

// ggml 0.25.1 multiplies matrices whose rows are a single quantised block wrongly in its AMX
// buffers, by more than 32 columns. Only toy models have such.
bool SuitsExtraBuffers(const GgufSummary& summary) {
  return std::none_of(summary.tensors.begin(), summary.tensors.end(), [](const GgufTensor& tensor) {
    const auto type = static_cast<ggml_type>(tensor.type);
    return ggml_is_quantized(type) &&
           tensor.shape.front() == static_cast<uint64_t>(ggml_blck_size(type));
  });
}

// The smaller model that guesses ahead, for the same conversations. Its share of the
// progress is small, and not shown.
Status LoadDraft(const LoadRequest& request, const LoadProgress& progress, uint64_t total,
                 LoadedModel* loaded) {
  if (Status status = CheckTakesDrafts(*loaded); !status.ok()) return status;
  LoadRequest draft = DraftRequest(request, loaded->info.context_size, loaded->cache_cells);
  draft.threads = loaded->threads->threads();
  auto result = LoadModel(draft, [&](uint64_t, uint64_t) { return progress(total, total); });
  if (!result.ok()) return result.status();
  loaded->draft = std::move(result.value());
  AddMemory(loaded->draft->memory, &loaded->memory);
  return CheckSameVocabulary(*loaded, *loaded->draft);
}

// What turns pictures and sounds into embeddings of this model. Its share of the progress is
// small, and not shown.
Status LoadMedia(const LoadRequest& request, const LoadProgress& progress, uint64_t total,
                 LoadedModel* loaded) {
  if (loaded->encodes_source) {
    return Status::Error(Code::kUnsupportedModel,
                         "A model of the architecture " + loaded->info.architecture +
                             " takes no pictures or sounds: it reads its input with an encoder.",
                         {{"path", request.path}});
  }
  auto media =
      request.media->Load(*loaded, [&](uint64_t, uint64_t) { return progress(total, total); });
  if (!media.ok()) return media.status();
  const int32_t size = media.value()->encoder->embedding_size();
  const int32_t expected = llama_model_n_embd_inp(loaded->model.get());
  if (size != expected) {
    return Status::Error(Code::kModelLoading,
                         "The encoder of pictures gives embeddings of " + std::to_string(size) +
                             " numbers, and the model takes " + std::to_string(expected) +
                             ": they do not belong together.",
                         {{"path", request.path}});
  }
  loaded->media = std::move(media.value());
  loaded->info.takes_images = loaded->media->processor->Takes(MediaKind::kImage);
  loaded->info.takes_audio = loaded->media->processor->Takes(MediaKind::kAudio);
  AddMemory(loaded->media->encoder->Memory(), &loaded->memory);
  return Status::Ok();
}

// As the request has it: without, with, or with if it fits.
Status AddMedia(const LoadRequest& request, const LoadProgress& progress, uint64_t total,
                LoadedModel* loaded) {
  if (request.media == nullptr) return Status::Ok();
  Status status = LoadMedia(request, progress, total, loaded);
  if (!GoesWithoutMedia(request, status)) return status;
  loaded->info.media_problem = std::move(status.message);
  return Status::Ok();
}

// They are small beside the weights, whose progress has reached its end.
Status AddAdapters(const LoadRequest& request, const LoadProgress& progress, uint64_t total,
                   LoadedModel* loaded) {
  if (request.plan == nullptr) return Status::Ok();
  auto adapters = LoadAdapters(request.plan->adapters, loaded->model.get(),
                               [&](uint64_t, uint64_t) { return progress(total, total); });
  if (!adapters.ok()) return adapters.status();
  loaded->adapters = std::move(adapters.value());
  return UseAdapters(loaded->adapters, loaded->context.get());
}

Result<std::unique_ptr<LoadedModel>> LoadFrom(const LoadRequest& request, const ModelSource& source,
                                              const LoadProgress& progress) {
  auto loaded = std::make_unique<LoadedModel>();
  Result<EnginePlacement> placement = EnginePlacement::Make(request.placement, request.cpu_only);
  if (!placement.ok()) return placement.status();
  loaded->placement = std::move(placement.value());
  loaded->computes_on_cpu = loaded->placement.cpu_only();
  const uint64_t size_bytes = source.summary.size_bytes;
  if (Status status = StartThreads(request, size_bytes, loaded.get()); !status.ok()) return status;
  // What comes behind the weights is small, and asks only whether to go on.
  uint64_t total = size_bytes;
  const LoadProgress counted = [&](uint64_t done, uint64_t of) {
    total = of;
    return progress(done, of);
  };
  Result<llama_model_ptr> weights =
      LoadWeights(request, source, loaded->placement, size_bytes, counted);
  if (!weights.ok()) return weights.status();
  loaded->model = std::move(weights.value());
  if (Status status = CheckWindows(loaded->model.get(), request.path); !status.ok()) return status;
  if (Status status = CreateContext(request, source, loaded.get()); !status.ok()) return status;
  if (Status status = AddAdapters(request, progress, total, loaded.get()); !status.ok()) {
    return status;
  }
  auto tokenizer = MakeModelTokenizer(source, llama_model_get_vocab(loaded->model.get()));
  if (!tokenizer.ok()) return tokenizer.status();
  loaded->tokenizer = std::move(tokenizer.value());
  CompileTemplate(source, loaded.get());
  DescribeModel(source.summary.architecture, loaded.get());
  loaded->pooled = DescribePooled(source.summary, loaded->context.get(), loaded->info.context_size);
  loaded->memory = MemoryByDevice(loaded->context.get());
  if (Status status = AddMedia(request, progress, total, loaded.get()); !status.ok()) return status;
  if (!request.draft_path.empty()) {
    Status status = LoadDraft(request, progress, total, loaded.get());
    if (!status.ok()) return status;
  }
  return loaded;
}

// Through a file of its own, which is written when it is not there yet.
Result<std::unique_ptr<LoadedModel>> LoadCached(const LoadRequest& request,
                                                const LoadProgress& progress) {
  const std::string& path = request.plan->cache_path;
  Result<GgufSummary> summary = ReadSound(path);
  // One that is damaged is written again, too, but not for lack of memory.
  if (!summary.ok() && summary.status().code != Code::kResource) {
    Result<std::unique_ptr<Checkpoint>> checkpoint = Checkpoint::Open(*request.plan, request.path);
    if (!checkpoint.ok()) return checkpoint.status();
    const int threads = request.threads > 0 ? request.threads : UsableCores();
    const Status written = checkpoint.value()->Stream(
        threads, progress, [&](VirtualGguf& gguf) { return WriteGguf(gguf, path); });
    if (!written.ok()) return written;
    summary = ReadSound(path);
  }
  if (!summary.ok()) return summary.status();
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

LoadRequest DraftRequest(const LoadRequest& request, uint32_t context_size, uint32_t cache_cells) {
  LoadRequest draft = request;
  draft.path = request.draft_path;
  draft.draft_path.clear();
  draft.plan = nullptr;
  draft.media = nullptr;
  draft.placement = {};
  draft.reads_weights = false;
  draft.context_size = context_size;
  draft.cache_cells = cache_cells;
  draft.cache_type_k.clear();
  draft.cache_type_v.clear();
  return draft;
}

bool GoesWithoutMedia(const LoadRequest& request, const Status& status) {
  const bool unfit = status.code == Code::kUnsupportedModel || status.code == Code::kModelLoading;
  return request.media_optional && unfit;
}

Result<GgufSummary> ReadSound(const std::string& path) {
  Result<GgufSummary> summary = ReadGguf(path);
  if (!summary.ok()) return summary;
  if (Status status = ValidateForLoading(summary.value()); !status.ok()) return status;
  return summary;
}

Status CheckWindows(const llama_model* model, const std::string& path) {
  if (EngineWindowsAgree(model)) return Status::Ok();
  return CannotLoad(path, "it has a sliding window, and no layer that uses it", kGetAgain);
}

llama_model_ptr LoadDry(const ModelSource& source, llama_model_params params) {
  params.no_alloc = true;
  params.load_mode = LLAMA_LOAD_MODE_NONE;
  params.progress_callback = nullptr;
  if (source.stream == nullptr) {
    return llama_model_ptr(llama_model_load_from_file(source.path.c_str(), params));
  }
  Result<llama_model_ptr> model =
      source.stream->Load(params, /*threads=*/1, [](uint64_t, uint64_t) { return true; });
  return model.ok() ? std::move(model.value()) : nullptr;
}

llama_model_params ModelParams(const LoadRequest& request, const GgufSummary& summary,
                               const EnginePlacement& placement) {
  llama_model_params params = llama_model_default_params();
  placement.Fill(&params);
  if (request.reads_weights) params.load_mode = LLAMA_LOAD_MODE_NONE;
  params.use_extra_bufts = SuitsExtraBuffers(summary);
  return params;
}

Result<std::unique_ptr<LoadedModel>> LoadModel(const LoadRequest& request,
                                               const LoadProgress& progress) try {
  if (request.plan != nullptr) {
    return request.plan->cache_path.empty() ? LoadCheckpoint(request, progress)
                                            : LoadCached(request, progress);
  }
  const Result<GgufSummary> summary = ReadSound(request.path);
  if (!summary.ok()) return summary.status();
  return LoadFrom(request, {request.path, summary.value()}, progress);
} catch (const std::bad_alloc&) {
  return NoMemoryToLoad(request.path);
} catch (const std::exception& error) {
  return Status::Error(Code::kModelLoading,
                       "The model " + request.path + " could not be loaded: " + error.what(),
                       {{"path", request.path}});
}

}  // namespace abstractllm
