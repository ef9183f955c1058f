// The KV cache of a llama_context.
#pragma once

#include "llama.h"
#include "scheduler/kv_memory.h"

namespace abstractllm {

// Thread: the inference thread. `context` must outlive it; it must be unified for Share.
class ContextMemory final : public KvMemory {
 public:
  explicit ContextMemory(llama_context* context) : memory_(llama_get_memory(context)) {}

  void Share(SeqId from, SeqId to, int32_t first, int32_t end) override {
    llama_memory_seq_rm(memory_, to, first, end);
    llama_memory_seq_cp(memory_, from, to, first, end);
  }
  bool Trim(SeqId sequence, int32_t first) override {
    return llama_memory_seq_rm(memory_, sequence, first, -1);
  }

 private:
  llama_memory_t memory_;
};

}  // namespace abstractllm
