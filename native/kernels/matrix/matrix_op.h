// A product of packed weights as ggml's threads compute it.
#pragma once

#include <cstddef>

#include "ggml.h"

struct ggml_compute_params;

namespace abstractllm {

// Whether `weights` can be laid out for a kernel: by type and shape.
bool IsPackable(const ggml_tensor* weights);

// Whether the kernels of a type are faster than all of ggml's on this machine.
bool IsFaster(ggml_type type);

// Whether the operation is a product that the kernels compute, if its weights are packed.
bool IsMatrixOp(const ggml_tensor* op);

// Of memory that the threads share while they compute.
size_t MatrixOpBytes(const ggml_tensor* op, int threads);

// One thread's share. Thread: all of the pool, together.
void ComputeMatrixOp(const ggml_compute_params* params, ggml_tensor* op);

}  // namespace abstractllm
