// Matrix products by AMX, on weights that are tiles of bfloat16.
//
// Roofline: 16 cycles for 16 rows, 16 columns and a block of 32 numbers, that is 512 products
// per cycle. Two tiles of rows and two of columns at a time read a tile per product, 64 bytes
// per cycle: those of the columns come from the first cache, those of the weights from the
// second. Unpacking a tile takes about 100 cycles.
#pragma once

#include "matrix/matrix_kernel.h"

struct ggml_compute_params;

namespace abstractllm {

// Columns from which on tiles are faster than vectors.
constexpr int kLeastTileColumns = 32;

// Of the memory that the threads share.
size_t TileProductBytes(const ggml_tensor* op, int threads);

// One thread's share. `memory` is aligned to 64 bytes. Thread: all of the pool, together.
void ComputeTileProduct(const ggml_compute_params* params, const MatrixKernel& kernel,
                        ggml_tensor* op, char* memory);

}  // namespace abstractllm
