// What only llama.cpp's private headers know. With engine_memory.cc the one place that includes
// them, so an engine upgrade that changes them breaks one file, at compile time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct ggml_tensor;
struct llama_model;

namespace abstractllm {

// How the engine treats a model of some architecture.
struct EngineArchitecture {
  bool loadable = false;    // known and implemented
  bool recurrent = false;   // keeps a state instead of, or next to, a KV cache
  bool rope = false;        // rotates positions
  bool multi_rope = false;  // rotates several sections (M-RoPE)
};

EngineArchitecture DescribeArchitecture(const std::string& name);

// The names of all loadable architectures, sorted.
const std::vector<std::string>& LoadableArchitectures();

// What the engine computes with a tensor, which decides the types it may have.
enum class TensorUse {
  kUnknown,   // not a tensor of this engine, or one that it reads as plain data
  kRows,      // rows are picked: any float or quantised type
  kMatrix,    // matrix product: likewise
  kElements,  // added, multiplied, convolved: float32 only
};

// `name` as in the file, e.g. "blk.3.attn_norm.weight".
TensorUse DescribeTensor(const std::string& name);

// A weight of a loaded model, by its name in the file; owned by the model. Null if there is none.
const ggml_tensor* EngineTensor(const llama_model* model, const std::string& name);

// Whether a loaded model has layers with a sliding window exactly if it has such a window:
// a plain KV cache asserts it.
bool EngineWindowsAgree(const llama_model* model);

// Sizes of the engine's fixed arrays, and the last value of an enumeration.
uint32_t EngineMaxLayers();
uint32_t EngineMaxExperts();
uint32_t EngineMaxGatingFunction();

}  // namespace abstractllm
