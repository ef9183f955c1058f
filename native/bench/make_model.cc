// Writes a GGUF with random weights in the shape of a real model, so that benchmarks
// need no download: speed does not depend on what the weights mean.
#include <cstdio>
#include <optional>
#include <string>

#include "model_layout.h"
#include "model_shapes.h"
#include "model_writer.h"

namespace {

using namespace abstractllm::bench;

std::optional<ggml_type> FindType(const std::string& name) {
  if (name == "q8_0") return GGML_TYPE_Q8_0;
  if (name == "q4_0") return GGML_TYPE_Q4_0;
  if (name == "f16") return GGML_TYPE_F16;
  if (name == "f32") return GGML_TYPE_F32;
  return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  const ModelShape* shape = argc == 4 ? FindShape(argv[3]) : nullptr;
  const std::optional<ggml_type> type = argc == 4 ? FindType(argv[2]) : std::nullopt;
  if (shape == nullptr || !type) {
    std::fprintf(stderr, "usage: make_model OUT.gguf q8_0|q4_0|f16|f32 %s\n", ShapeNames().c_str());
    return 2;
  }
  ModelWriter writer(*type);
  const bool encoder = std::string(shape->architecture) == "bert";
  (encoder ? WriteEncoder : WriteDecoder)(*shape, &writer);
  if (!writer.Write(argv[1])) {
    std::fprintf(stderr, "make_model: %s cannot be written\n", argv[1]);
    return 1;
  }
  return 0;
}
