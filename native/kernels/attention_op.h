// GGML_OP_FLASH_ATTN_EXT as the kernel sees it: softmax(scale * Q K^T + mask) V for each
// token and query head. Heads that share keys and values are neighbours: a group.
#pragma once

#include <cstddef>
#include <cstdint>

struct ggml_tensor;

namespace abstractllm {

// Of one tensor, in bytes: from a token or cell, a head, a stream to the next.
struct Strides {
  size_t row;
  size_t head;
  size_t stream;
};

struct AttentionOp {
  const char* queries;  // float32
  const char* keys;     // float16, or float32
  const char* values;
  const char* mask;    // float16, one row of cells per token; null: all see all
  const float* sinks;  // per head, a score without a value; null: none
  char* output;        // float32
  Strides query_strides, key_strides, value_strides, mask_strides, output_strides;
  bool half_keys, half_values;
  int streams, key_streams, mask_streams;
  int heads, groups, heads_per_group;
  int tokens, cells;
  int key_size, value_size;
  float scale;
  float softcap;   // 0: none
  float max_bias;  // of ALiBi; 0: none

  // What the mask's values are multiplied by.
  float Slope(int head) const;
};

// True for what the kernel computes; ggml's own has the rest (quantised caches, sizes
// that are no multiples of 16, masks by head). Looks at types and shapes only: before
// memory is allocated and after it the answer is the same.
bool IsServed(const ggml_tensor* op);

// `op` is served and its data is there.
AttentionOp Describe(const ggml_tensor* op);

}  // namespace abstractllm
