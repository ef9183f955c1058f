#include "model_shapes.h"

namespace abstractllm::bench {
namespace {

constexpr ModelShape kShapes[] = {
    // Qwen2 0.5B
    {"qwen2-0.5b", "qwen2", 151936, 896, 24, 4864, 14, 2, 32768, 1000000.0f},
    // Llama 3.2 1B
    {"llama-1b", "llama", 128256, 2048, 16, 8192, 32, 8, 131072, 500000.0f},
    // all-MiniLM-L6
    {"minilm", "bert", 30522, 384, 6, 1536, 12, 12, 512, 0.0f},
    {"tiny", "qwen2", 4096, 256, 4, 704, 4, 2, 4096, 10000.0f},
    {"tiny-bert", "bert", 1024, 64, 2, 128, 2, 2, 512, 0.0f},
};

}  // namespace

const ModelShape* FindShape(const std::string& name) {
  for (const ModelShape& shape : kShapes) {
    if (name == shape.name) return &shape;
  }
  return nullptr;
}

std::string ShapeNames() {
  std::string names;
  for (const ModelShape& shape : kShapes) {
    names += (names.empty() ? "" : "|") + std::string(shape.name);
  }
  return names;
}

}  // namespace abstractllm::bench
