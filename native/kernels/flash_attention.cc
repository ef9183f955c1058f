#include "flash_attention.h"

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "attention_item.h"
#include "attention_op.h"
#include "ggml-backend-impl.h"
#include "ggml-cpu-impl.h"
#include "ggml-cpu.h"
#include "simd.h"
#include "traits.h"

namespace abstractllm {

#ifdef ABSTRACTLLM_SIMD
namespace {

std::atomic<bool> in_use{true};

constexpr int kItems = 32;           // enough that threads end together
constexpr int kCellsPerSplit = 256;  // at least
constexpr size_t kAlignment = 64;

// How an operation is cut. Follows from its shape only: results do not depend on how many
// threads there are.
struct Cut {
  int tokens;  // per item
  int token_blocks;
  int groups;  // per item
  int group_blocks;
  int cells;  // per split
  int splits;
  int items;

  int rows(const AttentionOp& op) const { return tokens * groups * op.heads_per_group; }
};

int CeilDivide(int a, int b) { return (a + b - 1) / b; }

Cut CutOf(const AttentionOp& op) {
  Cut cut;
  cut.tokens = std::min(op.tokens, TokensPerItem(op));
  cut.token_blocks = CeilDivide(op.tokens, cut.tokens);
  // A cell's groups are neighbours in memory: few tokens, which read much for little work,
  // take several groups where there are cells enough for everyone.
  const int blocks = op.streams * op.groups * cut.token_blocks;
  const int most = std::max(1, kRowsPerItem / (cut.tokens * op.heads_per_group));
  const int spare = blocks * CeilDivide(op.cells, kCellsPerSplit) / kItems;
  cut.groups = std::clamp(std::min(most, spare), 1, op.groups);
  cut.group_blocks = CeilDivide(op.groups, cut.groups);
  const int uncut = op.streams * cut.group_blocks * cut.token_blocks;
  const int cells = CeilDivide(op.cells, CeilDivide(kItems, uncut));
  cut.cells = uncut >= kItems ? op.cells : std::max(kCellsPerSplit, CeilDivide(cells, 64) * 64);
  cut.splits = CeilDivide(op.cells, cut.cells);
  cut.items = uncut * cut.splits;
  return cut;
}

size_t RowsOf(const AttentionOp& op) {
  return static_cast<size_t>(op.streams) * op.tokens * op.heads;
}

void Compute(ggml_compute_params* params, const AttentionOp& op) {
  const Cut cut = CutOf(op);
  const auto begin = reinterpret_cast<uintptr_t>(params->wdata);
  char* memory = reinterpret_cast<char*>((begin + kAlignment - 1) / kAlignment * kAlignment);
  const size_t scratch_bytes = ScratchBytes(op, cut.rows(op));
  char* scratch = memory + params->ith * scratch_bytes;
  auto* partials = reinterpret_cast<float*>(memory + params->nth * scratch_bytes);
  const size_t split_floats = RowsOf(op) * PartialFloats(op);

  if (params->ith == 0) ggml_threadpool_chunk_set(params->threadpool, params->nth);
  ggml_barrier(params->threadpool);
  for (int i = params->ith; i < cut.items; i = ggml_threadpool_chunk_add(params->threadpool, 1)) {
    const int split = i % cut.splits;
    const int block = i / cut.splits % cut.token_blocks;
    const int head = i / cut.splits / cut.token_blocks;  // over streams and group blocks
    AttentionItem item;
    item.stream = head / cut.group_blocks;
    item.first_group = head % cut.group_blocks * cut.groups;
    item.groups = std::min(cut.groups, op.groups - item.first_group);
    item.first_token = block * cut.tokens;
    item.tokens = std::min(cut.tokens, op.tokens - item.first_token);
    item.first_cell = split * cut.cells;
    item.cells = std::min(cut.cells, op.cells - item.first_cell);
    ComputeItem(op, item, scratch, cut.splits == 1 ? nullptr : partials + split * split_floats);
  }
  if (cut.splits == 1) return;
  ggml_barrier(params->threadpool);
  const size_t rows = RowsOf(op);
  for (size_t row = params->ith; row < rows; row += params->nth) {
    const auto head = static_cast<int>(row % op.heads);
    const auto token = static_cast<int>(row / op.heads % op.tokens);
    const auto stream = static_cast<int>(row / op.heads / op.tokens);
    CombineRow(op, stream, token, head, partials + row * PartialFloats(op), cut.splits,
               split_floats);
  }
}

class Traits : public ggml::cpu::tensor_traits {
 public:
  bool work_size(int n_threads, const ggml_tensor* tensor, size_t& size) override {
    const AttentionOp op = Describe(tensor);
    const Cut cut = CutOf(op);
    size = kAlignment + n_threads * ScratchBytes(op, cut.rows(op));
    if (cut.splits > 1) size += cut.splits * RowsOf(op) * PartialFloats(op) * sizeof(float);
    return true;
  }

  bool compute_forward(ggml_compute_params* params, ggml_tensor* tensor) override {
    Compute(params, Describe(tensor));
    return true;
  }
};

class ExtraType : public ggml::cpu::extra_buffer_type {
 public:
  bool supports_op(ggml_backend_dev_t, const ggml_tensor*) override { return false; }

  ggml::cpu::tensor_traits* get_tensor_traits(const ggml_tensor* op) override {
    if (op->op != GGML_OP_FLASH_ATTN_EXT || !in_use.load(std::memory_order_relaxed)) return nullptr;
    return IsServed(op) ? &traits_ : nullptr;
  }

 private:
  Traits traits_;
};

// The loader goes through all types and asks what they support, with buffers of no bytes.
ggml_backend_buffer_type_t BufferType() {
  static ExtraType extra;
  static ggml_backend_buffer_type type = {
      {[](ggml_backend_buffer_type_t) { return "CPU_ABSTRACTLLM"; },
       [](ggml_backend_buffer_type_t, size_t) -> ggml_backend_buffer_t { return nullptr; },
       [](ggml_backend_buffer_type_t) { return kAlignment; }, nullptr, nullptr, nullptr},
      ggml_backend_reg_dev_get(ggml_backend_cpu_reg(), 0),
      &extra};
  return &type;
}

}  // namespace

void RegisterFlashAttention() {
  auto& types = ggml_backend_cpu_get_extra_buffer_types();
  if (std::find(types.begin(), types.end(), BufferType()) != types.end()) return;
  types.push_back(BufferType());
}

void UseFlashAttention(bool use) { in_use = use; }
#else
void RegisterFlashAttention() {}
void UseFlashAttention(bool) {}
#endif

}  // namespace abstractllm
