// A model in memory, ready to decode: weights, context, tokenizer, template.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "chat_template.h"
#include "compute_threads.h"
#include "embedding/pooled_traits.h"
#include "engine_memory.h"
#include "engine_placement.h"
#include "event.h"
#include "job.h"
#include "llama-cpp.h"
#include "media/media_support.h"
#include "status.h"
#include "tokenizer.h"

namespace abstractllm {

// Without context_window: enough for most conversations, small in memory.
constexpr uint32_t kDefaultContext = 8192;
// And no fewer where memory is short.
constexpr uint32_t kLeastContext = 512;
// Tokens per engine call in prompt processing: the grain of progress and, on a GPU, of
// abort.
constexpr uint32_t kMicroBatch = 512;

// Owns: everything it points to; members are destroyed in reverse order, the context
// before the weights. Thread: `context` belongs to the inference thread; the rest is
// immutable after loading.
struct LoadedModel {
  std::shared_ptr<ComputeThreads> threads;
  EnginePlacement placement;
  llama_model_ptr model;
  llama_context_ptr context;
  std::unique_ptr<Tokenizer> tokenizer;
  std::unique_ptr<ChatTemplate> chat_template;  // null for a base model
  std::string chat_template_error;              // why it is null, for people
  ModelInfo info;
  PooledTraits pooled;
  std::vector<DeviceMemory> memory;
  bool computes_on_cpu = true;
  // Tokens that one engine call takes: kMicroBatch, or less in a small context.
  uint32_t batch_size = 1;
  // Rows of logits that one engine call may return.
  uint32_t max_outputs = 1;
  // Tokens that the KV cache holds, of all sequences; at least info.context_size.
  uint32_t cache_cells = 0;
  // Ids of sequences that the KV cache tells apart.
  int32_t max_sequences = 1;
  // LoRA, for every context of the model, which owns them.
  std::vector<llama_adapter_lora*> adapters;
  // Takes pictures or sounds; null for a model that takes text only.
  std::unique_ptr<MediaSupport> media;
  // Guesses ahead for this one; null without draft_path.
  std::unique_ptr<LoadedModel> draft;
  // Whether it reads its input with an encoder and answers with a decoder. The context then
  // keeps one input, of batch_size tokens at most, so there is one sequence at a time.
  bool encodes_source = false;
  // Whether positions have several axes (M-RoPE), so that pictures lie in them as grids.
  bool position_axes = false;
  // Whether sequences may share cells: not where the memory is a state.
  bool shares_prefixes = true;
};

// Called with bytes of the model's files; false stops loading.
using LoadProgress = std::function<bool(uint64_t done, uint64_t total)>;

// How the model that guesses ahead for `request` is loaded.
LoadRequest DraftRequest(const LoadRequest& request, uint32_t context_size, uint32_t cache_cells);

// Whether the model is loaded for text although its media failed with `status`.
bool GoesWithoutMedia(const LoadRequest& request, const Status& status);

// Validates the file, loads it and allocates its context. Takes long; the calling
// thread does the work. Errors: kModelNotFound, kModelLoading, kUnsupportedModel,
// kResource (memory), kAborted when `progress` returned false.
Result<std::unique_ptr<LoadedModel>> LoadModel(const LoadRequest& request,
                                               const LoadProgress& progress);

}  // namespace abstractllm
