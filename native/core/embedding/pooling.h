// The arithmetic around pooled outputs. Plain functions on plain memory. Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>

#include "embedding/pooled_request.h"

namespace abstractllm {

// Takes up the vector of a text's token number `index` into the text's output: one row
// of `width`, or one per token for kNone. Tokens come in order; `values` starts as zeros.
void PoolToken(Pooling pooling, size_t index, size_t total, const float* vector, int32_t width,
               float* values);

// Scales a vector to a Euclidean length of 1; one of zeros stays.
void Normalize(float* vector, int32_t width);

// In place.
void Sigmoid(float* values, int32_t count);
void Softmax(float* values, int32_t count);

}  // namespace abstractllm
