// An engine context that gives vectors instead of logits, in a size that fits the texts.
#pragma once

#include <cstdint>
#include <vector>

#include "embedding/second_segment.h"
#include "engine_memory.h"
#include "llama-cpp.h"
#include "llama.h"
#include "loaded_model.h"
#include "status.h"

namespace abstractllm {

// What the engine gives is fixed when a context is created: the tokens' vectors, or the
// outputs of the head for each sequence. So each has a context of its own, made on first
// use, beside the one that generates; weights and threads are shared.
//
// Life: Reserve; then, any number of times, Add tokens, Compute, read, Forget sequences.
// Thread: the inference thread. Owns: the context, the batch and the cells of sequences.
class PooledContext {
 public:
  enum class Output { kTokens, kHead };
  // How attention is computed on a CPU; a GPU chooses by itself.
  enum class Attention {
    kExact,  // 32-bit products of all pairs of tokens, as long as they take little memory
    kFused,  // without pairs of different texts, but with keys and values of 16 bits
  };
  // With more tokens per call, an encoder is faster with kFused (half as fast again at
  // 256); with fewer, kFused is slower and least exact. A decoder gains a tenth at most.
  static constexpr size_t kFewTokens = 64;

  // `should_abort` is asked between graph nodes of a CPU; `model` must outlive this.
  PooledContext(const LoadedModel& model, Output output, Attention attention,
                ggml_abort_callback should_abort, void* should_abort_data);
  ~PooledContext();
  PooledContext(const PooledContext&) = delete;
  PooledContext& operator=(const PooledContext&) = delete;

  // Makes room for a text of so many tokens. Growing loses all sequences.
  // Errors: kResource; the context is then gone until the next Reserve.
  Status Reserve(size_t longest_text);

  // Tokens worth one engine call; one longer text of a model that cannot split it is as well.
  size_t tokens_per_call() const { return tokens_per_call_; }
  // Tokens that all sequences together may have; sequences are 0 to max_sequences() - 1.
  size_t capacity() const { return capacity_; }
  int32_t max_sequences() const { return max_sequences_; }

  size_t batch_size() const { return static_cast<size_t>(batch_.n_tokens); }
  void Add(int32_t token, size_t position, llama_seq_id sequence, bool second_segment);
  // One engine call for what was added; the batch is empty at the next Add.
  // Errors: kAborted, kGeneration; all sequences are lost.
  Status Compute();
  // Of the last Compute. Null if the engine has none.
  const float* TokenVector(size_t index_in_batch) const;
  const float* HeadOutputs(llama_seq_id sequence) const;

  void Forget(llama_seq_id sequence);
  void ForgetAll();

  // Beyond the weights, per device.
  const std::vector<DeviceMemory>& memory() const { return memory_; }

 private:
  llama_context_params Params(size_t capacity);
  uint64_t OutputBytes(size_t tokens) const;
  uint64_t AttentionBytes(size_t tokens, size_t capacity) const;
  Status CheckMemory(size_t capacity) const;
  void MeasureMemory();

  const LoadedModel& model_;
  const Output output_;
  const Attention attention_;
  const ggml_abort_callback should_abort_;
  void* const should_abort_data_;
  size_t tokens_per_call_;
  size_t capacity_ = 0;
  int32_t max_sequences_ = 0;
  llama_context_ptr context_;
  llama_batch batch_ = {};
  bool computed_ = false;
  SecondSegment second_segment_;
  std::vector<DeviceMemory> memory_;
};

}  // namespace abstractllm
