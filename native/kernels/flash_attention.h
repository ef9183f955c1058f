// Fused attention of our own for ggml's CPU backend, which asks "extra buffer types" for
// every operation whether they compute it. Ours holds no tensor: it is there for that
// question only.
#pragma once

namespace abstractllm {

// Puts the kernel under the CPU backend of this build; later calls do nothing. A module
// of a portable build does so by itself (register_module.cc). Thread: one at a time,
// before the first model is loaded.
void RegisterFlashAttention();

// For tests and benchmarks: whether operations go to the kernel, as they do by default.
// Thread: any, while nothing is being computed.
void UseFlashAttention(bool use);

}  // namespace abstractllm
