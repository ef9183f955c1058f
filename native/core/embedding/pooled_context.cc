#include "embedding/pooled_context.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "backend.h"
#include "checkpoint/adapter.h"
#include "logging.h"

namespace abstractllm {
namespace {

// Enough for matrix products to be efficient; more makes an abort wait longer.
constexpr size_t kTokensPerCall = 256;
constexpr int32_t kMaxSequences = 64;
// A recurrent model keeps a whole state per sequence.
constexpr int32_t kMaxRecurrentSequences = 8;
// The engine keeps a row of logits per token although nobody reads them.
constexpr uint64_t kMaxLogitBytes = 64ull << 20;
// Of the products of all pairs of tokens.
constexpr uint64_t kMaxAttentionBytes = 64ull << 20;

uint64_t Vocabulary(const llama_model* model) {
  return static_cast<uint64_t>(llama_vocab_n_tokens(llama_model_get_vocab(model)));
}

size_t TokensPerCall(const LoadedModel& model, PooledContext::Attention attention) {
  if (model.pooled.whole_texts) {
    return attention == PooledContext::Attention::kExact ? PooledContext::kFewTokens
                                                         : kTokensPerCall;
  }
  const uint64_t row_bytes = std::max<uint64_t>(Vocabulary(model.model.get()) * sizeof(float), 1);
  return std::clamp<size_t>(kMaxLogitBytes / row_bytes, PooledContext::kFewTokens, kTokensPerCall);
}

size_t PowerOfTwoAtLeast(size_t value) {
  size_t power = 1;
  while (power < value) power *= 2;
  return power;
}

// Ends a call behind the vectors, before the products with the vocabulary that nobody
// reads. The engine gives this name to the vectors when it does not pool.
bool OnNode(ggml_tensor* node, bool ask, void*) {
  return ask ? std::strcmp(node->name, "result_embd_pooled") == 0 : false;
}

}  // namespace

PooledContext::PooledContext(const LoadedModel& model, Output output, Attention attention,
                             ggml_abort_callback should_abort, void* should_abort_data)
    : model_(model),
      output_(output),
      attention_(attention),
      should_abort_(should_abort),
      should_abort_data_(should_abort_data),
      tokens_per_call_(TokensPerCall(model, attention)),
      second_segment_(model) {}

PooledContext::~PooledContext() { llama_batch_free(batch_); }

Status PooledContext::Reserve(size_t longest_text) {
  const size_t needed = std::max(longest_text, tokens_per_call_);
  if (context_ != nullptr && needed <= capacity_) return Status::Ok();
  // Doubling bounds how often it grows; the window bounds how far.
  const size_t limit = std::max<size_t>(model_.pooled.max_tokens, tokens_per_call_);
  const size_t capacity = std::min(PowerOfTwoAtLeast(needed), limit);
  context_.reset();
  memory_.clear();
  capacity_ = 0;
  if (Status status = CheckMemory(capacity); !status.ok()) return status;

  ErrorCapture capture;
  const llama_context_params params = Params(capacity);
  context_.reset(llama_init_from_model(model_.model.get(), params));
  if (context_ == nullptr) {
    const std::string reason = capture.Text();
    return Status::Error(Code::kResource,
                         "The engine refused a context for texts of " + std::to_string(capacity) +
                             " tokens" + (reason.empty() ? "." : ": " + reason),
                         {{"remedies", std::vector<std::string>{"Give shorter texts."}}});
  }
  if (Status status = UseAdapters(model_.adapters, context_.get()); !status.ok()) {
    context_.reset();
    return status;
  }
  llama_attach_threadpool(context_.get(), model_.threads->pool(), model_.threads->pool());
  llama_batch_free(batch_);
  batch_ = llama_batch_init(static_cast<int32_t>(params.n_batch), /*embd=*/0, /*n_seq_max=*/1);
  capacity_ = capacity;
  max_sequences_ = static_cast<int32_t>(params.n_seq_max);
  MeasureMemory();
  return Status::Ok();
}

llama_context_params PooledContext::Params(size_t capacity) {
  const size_t batch = model_.pooled.whole_texts ? capacity : tokens_per_call_;
  const llama_model* model = model_.model.get();
  const bool recurrent = llama_model_is_recurrent(model) || llama_model_is_hybrid(model);
  const int32_t sequences = recurrent ? kMaxRecurrentSequences : kMaxSequences;

  llama_context_params params = llama_context_default_params();
  params.n_ctx = static_cast<uint32_t>(capacity);
  params.n_batch = static_cast<uint32_t>(batch);
  params.n_ubatch = static_cast<uint32_t>(batch);
  // The engine asserts that a call could have an output for each.
  params.n_seq_max = static_cast<uint32_t>(std::min<size_t>(static_cast<size_t>(sequences), batch));
  params.n_outputs_max = 0;  // all tokens are outputs
  params.n_threads = model_.threads->threads();
  params.n_threads_batch = model_.threads->threads();
  params.pooling_type =
      output_ == Output::kHead ? LLAMA_POOLING_TYPE_RANK : LLAMA_POOLING_TYPE_NONE;
  params.embeddings = true;
  params.kv_unified = true;
  params.swa_full = false;
  params.no_perf = true;
  params.offload_kqv = !model_.computes_on_cpu;
  params.op_offload = !model_.computes_on_cpu;
  params.abort_callback = should_abort_;
  params.abort_callback_data = should_abort_data_;
  if (model_.computes_on_cpu && attention_ == Attention::kExact &&
      AttentionBytes(batch, capacity) <= kMaxAttentionBytes) {
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.type_k = GGML_TYPE_F32;
    params.type_v = GGML_TYPE_F32;
  }
  // Encoders have nothing behind the vectors.
  const bool stops_early = !model_.pooled.encodes && model_.pooled.head_is_separate;
  if (output_ == Output::kTokens && stops_early) params.cb_eval = OnNode;
  if (output_ == Output::kHead && second_segment_.exists()) {
    params.cb_eval = SecondSegment::OnNode;
    params.cb_eval_user_data = &second_segment_;
  }
  return params;
}

uint64_t PooledContext::OutputBytes(size_t tokens) const {
  return tokens * sizeof(float) *
         (Vocabulary(model_.model.get()) + static_cast<uint64_t>(model_.pooled.dimensions));
}

uint64_t PooledContext::AttentionBytes(size_t tokens, size_t capacity) const {
  const auto heads = static_cast<uint64_t>(std::max(llama_model_n_head(model_.model.get()), 1));
  return tokens * capacity * heads * sizeof(float);
}

// An operating system that overcommits would grant the memory and end the process later.
// Counts the engine's output buffer, which is the largest by far for long texts.
Status PooledContext::CheckMemory(size_t capacity) const {
  const size_t batch = model_.pooled.whole_texts ? capacity : tokens_per_call_;
  const uint64_t needed = OutputBytes(batch);
  const uint64_t available = FreeHostMemory();
  if (needed <= available) return Status::Ok();
  return Status::Error(Code::kResource,
                       "A text of " + std::to_string(capacity) + " tokens needs " +
                           std::to_string(needed >> 20) + " MiB of buffers on cpu, which has " +
                           std::to_string(available >> 20) + " MiB.",
                       {{"device", std::string("cpu")},
                        {"needed_bytes", static_cast<int64_t>(needed)},
                        {"available_bytes", static_cast<int64_t>(available)},
                        {"remedies", std::vector<std::string>{"Give shorter texts."}}});
}

void PooledContext::MeasureMemory() {
  memory_ = MemoryByDevice(context_.get());
  for (DeviceMemory& device : memory_) {
    device.weights_bytes = 0;
    // The engine's account leaves its output buffer out.
    if (device.id == "cpu") device.compute_bytes += OutputBytes(llama_n_batch(context_.get()));
  }
}

void PooledContext::Add(int32_t token, size_t position, llama_seq_id sequence,
                        bool second_segment) {
  if (computed_) {
    batch_.n_tokens = 0;
    second_segment_.Clear();
  }
  computed_ = false;
  const int32_t at = batch_.n_tokens++;
  batch_.token[at] = token;
  batch_.pos[at] = static_cast<llama_pos>(position);
  batch_.n_seq_id[at] = 1;
  batch_.seq_id[at][0] = sequence;
  batch_.logits[at] = 1;
  if (second_segment) second_segment_.Add(static_cast<size_t>(at));
}

Status PooledContext::Compute() {
  computed_ = true;
  ErrorCapture capture;
  int32_t outcome = 0;
  std::string reason;
  try {
    std::optional<ComputeTurn> turn;
    if (model_.computes_on_cpu) turn.emplace();
    if (should_abort_(should_abort_data_)) {
      outcome = 2;
    } else if (model_.pooled.encodes) {
      outcome = llama_encode(context_.get(), batch_);
    } else {
      outcome = llama_decode(context_.get(), batch_);
    }
  } catch (const std::exception& error) {
    outcome = -1;
    reason = error.what();
  }
  if (outcome == 0) return Status::Ok();
  ForgetAll();
  if (outcome == 2) return Status::Aborted();
  if (reason.empty()) reason = capture.Text();
  return Status::Error(Code::kGeneration,
                       "The engine could not process the texts (" + std::to_string(outcome) + ")" +
                           (reason.empty() ? "." : ": " + reason),
                       {{"engine_result", static_cast<int64_t>(outcome)}});
}

const float* PooledContext::TokenVector(size_t index_in_batch) const {
  return llama_get_embeddings_ith(context_.get(), static_cast<int32_t>(index_in_batch));
}

const float* PooledContext::HeadOutputs(llama_seq_id sequence) const {
  return llama_get_embeddings_seq(context_.get(), sequence);
}

void PooledContext::Forget(llama_seq_id sequence) {
  // Removing a whole sequence never fails, for any kind of memory.
  if (llama_memory_t memory = llama_get_memory(context_.get()); memory != nullptr) {
    llama_memory_seq_rm(memory, sequence, -1, -1);
  }
}

void PooledContext::ForgetAll() {
  batch_.n_tokens = 0;
  second_segment_.Clear();
  if (context_ == nullptr) return;
  if (llama_memory_t memory = llama_get_memory(context_.get()); memory != nullptr) {
    llama_memory_clear(memory, /*data=*/false);
  }
}

}  // namespace abstractllm
