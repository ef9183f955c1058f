// What a projector (mmproj) is: the tower of a model that sees, and what joins it to the
// language model, as a GGUF of its own.
#pragma once

#include <cstdint>
#include <string>

#include "gguf_file.h"
#include "status.h"

namespace abstractllm {

enum class ProjectorType {
  kMlp,  // LLaVA 1.5
  kGemma3,
  kIdefics3,  // and SmolVLM
  kQwen2Vl,
  kQwen25Vl,
  kQwen3Vl,
  kInternVl,
  kPixtral,  // and Mistral 3
};

struct Projector {
  ProjectorType type = ProjectorType::kMlp;
  std::string name;        // the engine's: "mlp", "qwen2vl_merger"
  bool fixed_size = true;  // pictures are image_size by image_size pixels
  bool causal = true;      // see VisionEncoder
  bool mrope = false;
  uint64_t image_size = 0;  // pixels
  uint64_t patch_size = 0;
  uint64_t merge = 1;  // patches per side that become one row
  uint64_t layers = 0;
  uint64_t hidden = 0;  // width of the tower
  uint64_t heads = 0;
  uint64_t feature_layers = 1;  // whose outputs stand side by side before the projection

  // What a side of a picture is a multiple of.
  uint64_t grain() const { return patch_size * merge; }
};

// What the metadata say, in their ranges, and tensors that fit them: what comes out can be
// loaded and computed without an assertion of the engine.
// Errors: kUnsupportedModel (another kind of file or of projector), kModelLoading.
Result<Projector> ReadProjector(const GgufSummary& summary);

}  // namespace abstractllm
