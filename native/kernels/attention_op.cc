#include "attention_op.h"

#include <climits>
#include <cmath>
#include <cstring>

#include "ggml.h"
#include "simd.h"

namespace abstractllm {
namespace {

#ifdef ABSTRACTLLM_SIMD
constexpr int64_t kGranularity = 16;
constexpr int64_t kLargestSize = 256;

bool IsSize(int64_t size) { return size > 0 && size <= kLargestSize && size % kGranularity == 0; }

bool HasRows(const ggml_tensor* tensor, ggml_type type) {
  return tensor->type == type && tensor->nb[0] == ggml_type_size(type);
}

bool HasCells(const ggml_tensor* tensor) {
  return HasRows(tensor, GGML_TYPE_F16) || HasRows(tensor, GGML_TYPE_F32);
}
#endif

Strides StridesOf(const ggml_tensor* tensor) {
  return {tensor->nb[1], tensor->nb[2], tensor->nb[3]};
}

}  // namespace

bool IsServed(const ggml_tensor* op) {
#ifdef ABSTRACTLLM_SIMD
  const ggml_tensor* q = op->src[0];
  const ggml_tensor* k = op->src[1];
  const ggml_tensor* v = op->src[2];
  const ggml_tensor* mask = op->src[3];
  const ggml_tensor* sinks = op->src[4];
  if (op->type != GGML_TYPE_F32 || !ggml_is_contiguous(op)) return false;
  if (!HasRows(q, GGML_TYPE_F32) || !HasCells(k) || !HasCells(v)) return false;
  if (!IsSize(k->ne[0]) || !IsSize(v->ne[0]) || q->ne[0] != k->ne[0]) return false;
  if (k->ne[1] != v->ne[1] || k->ne[2] != v->ne[2] || k->ne[3] != v->ne[3]) return false;
  if (q->ne[2] % k->ne[2] != 0 || q->ne[3] % k->ne[3] != 0) return false;
  if (q->ne[1] == 0 || k->ne[1] == 0 || q->ne[1] > INT_MAX || k->ne[1] > INT_MAX) return false;
  if (mask != nullptr &&
      (!HasRows(mask, GGML_TYPE_F16) || mask->ne[0] < k->ne[1] || mask->ne[1] < q->ne[1] ||
       mask->ne[2] != 1 || q->ne[3] % mask->ne[3] != 0)) {
    return false;
  }
  return sinks == nullptr || HasRows(sinks, GGML_TYPE_F32);
#else
  (void)op;
  return false;
#endif
}

AttentionOp Describe(const ggml_tensor* op) {
  const ggml_tensor* q = op->src[0];
  const ggml_tensor* k = op->src[1];
  const ggml_tensor* v = op->src[2];
  const ggml_tensor* mask = op->src[3];
  const ggml_tensor* sinks = op->src[4];
  AttentionOp result{};
  result.queries = static_cast<const char*>(q->data);
  result.keys = static_cast<const char*>(k->data);
  result.values = static_cast<const char*>(v->data);
  result.mask = mask == nullptr ? nullptr : static_cast<const char*>(mask->data);
  result.sinks = sinks == nullptr ? nullptr : static_cast<const float*>(sinks->data);
  result.output = static_cast<char*>(op->data);
  result.query_strides = StridesOf(q);
  result.key_strides = StridesOf(k);
  result.value_strides = StridesOf(v);
  if (mask != nullptr) result.mask_strides = StridesOf(mask);
  // The output is [value_size, heads, tokens, streams].
  result.output_strides = {op->nb[2], op->nb[1], op->nb[3]};
  result.half_keys = k->type == GGML_TYPE_F16;
  result.half_values = v->type == GGML_TYPE_F16;
  result.streams = static_cast<int>(q->ne[3]);
  result.key_streams = static_cast<int>(k->ne[3]);
  result.mask_streams = mask == nullptr ? 1 : static_cast<int>(mask->ne[3]);
  result.heads = static_cast<int>(q->ne[2]);
  result.groups = static_cast<int>(k->ne[2]);
  result.heads_per_group = result.heads / result.groups;
  result.tokens = static_cast<int>(q->ne[1]);
  result.cells = static_cast<int>(k->ne[1]);
  result.key_size = static_cast<int>(k->ne[0]);
  result.value_size = static_cast<int>(v->ne[0]);
  std::memcpy(&result.scale, op->op_params, sizeof(float));
  std::memcpy(&result.max_bias, op->op_params + 1, sizeof(float));
  std::memcpy(&result.softcap, op->op_params + 2, sizeof(float));
  return result;
}

float AttentionOp::Slope(int head) const {
  if (max_bias <= 0) return 1;
  const int whole = 1 << static_cast<int>(std::floor(std::log2(heads)));
  if (head < whole) return std::pow(2.0f, -max_bias / whole * (head + 1));
  return std::pow(2.0f, -max_bias / 2 / whole * (2 * (head - whole) + 1));
}

}  // namespace abstractllm
