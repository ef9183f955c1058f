// The part of a model that sees: pictures in, rows of embeddings out, which take the place of
// tokens.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "checkpoint/plan.h"
#include "compute_threads.h"
#include "engine_memory.h"
#include "media/clip_compute.h"
#include "media/image_tile.h"
#include "media/media_encoder.h"
#include "media/projector.h"
#include "status.h"

namespace abstractllm {

class EngineClip;

struct VisionRequest {
  std::string path;  // a GGUF projector (mmproj), UTF-8; with a plan, the checkpoint's folder
  // Set: what to make of the checkpoint's tower and projector. It needs no vocabulary.
  std::shared_ptr<const CheckpointPlan> plan;
  // Numbers per row that the language model takes (llama_model_n_embd_inp); 0: any.
  int32_t embedding_size = 0;
  bool cpu_only = false;
  // Those of the language model. Never null.
  std::shared_ptr<ComputeThreads> threads;
  // Whether the language model computes on the CPU, in turns with others.
  bool takes_turns = true;
};

// Owns: the tower's weights and buffers. Thread: what is const, any; the rest, one at a time.
class VisionEncoder final : public MediaEncoder {
 public:
  using Progress = std::function<bool(uint64_t done, uint64_t total)>;

  // Checks the projector and loads it; the calling thread does the work. `progress` is
  // called with bytes of weights; false stops.
  // Errors: kModelNotFound, kModelLoading, kUnsupportedModel (another kind of projector),
  // kResource, kAborted.
  static Result<std::unique_ptr<VisionEncoder>> Load(const VisionRequest& request,
                                                     const Progress& progress);
  ~VisionEncoder() override;

  // Errors: kMedia for sizes that the model cannot take.
  Result<TileShape> Shape(int32_t width, int32_t height) const override;

  // Shape().tokens rows of embedding_size() numbers. On a CPU it takes its ComputeTurn, and
  // asks `interrupted` between operations.
  // Errors: those of Shape, kMedia, kResource, kAborted.
  Result<std::vector<float>> Encode(const ImageTile& tile, const Interrupted& interrupted) override;

  int32_t embedding_size() const override;
  // Whether a picture's rows see only those before them. Otherwise they are decoded in one
  // call, without the causal mask.
  bool causal() const override { return projector_.causal; }
  // Whether positions have two dimensions.
  bool mrope() const { return projector_.mrope; }
  // As the engine accounts for it; grows with the largest picture so far.
  std::vector<DeviceMemory> Memory() const override;

 private:
  VisionEncoder(const VisionRequest& request, const Projector& projector,
                std::unique_ptr<EngineClip> clip);

  std::shared_ptr<ComputeThreads> threads_;
  bool takes_turns_;
  Projector projector_;
  std::unique_ptr<EngineClip> clip_;
};

}  // namespace abstractllm
