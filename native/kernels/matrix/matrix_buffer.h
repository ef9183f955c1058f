// Weights in the layout of our kernels, as an "extra buffer type" of ggml's CPU backend: the
// loader asks it before others which weights it takes, and gives it their data, which it packs.
#pragma once

#include "ggml-backend.h"

namespace abstractllm {

// The name of the buffer type; what holds such weights is not readable as rows.
constexpr char kMatrixBufferName[] = "ABSTRACTLLM";

// Puts the buffer type under the CPU backend of this build, in front of all others; later
// calls do nothing. A module of a portable build does so by itself (register_module.cc).
// Thread: one at a time, before anybody asks the backend for its buffer types.
void RegisterMatrixBuffer();

enum class MatrixUse {
  kWhereFaster,  // than the engine's own kernels on this machine
  kAlways,
  kNever,
};

// For tests and benchmarks: which weights that are loaded from now on are packed. Thread: any,
// while no model is being loaded.
void UseMatrixBuffer(MatrixUse use);

}  // namespace abstractllm
