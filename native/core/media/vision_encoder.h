// The part of a model that sees: pictures in, rows of embeddings out, which take the place of
// tokens.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "media/clip_compute.h"
#include "media/clip_loading.h"
#include "media/image_tile.h"
#include "media/media_encoder.h"
#include "media/projector.h"
#include "status.h"

namespace abstractllm {

using VisionRequest = EncoderRequest;

// Owns: the tower's weights and buffers. Thread: what is const, any; the rest, one at a time.
class VisionEncoder final : public MediaEncoder {
 public:
  using Progress = EncoderProgress;

  // Checks the projector and loads it; the calling thread does the work. `progress` is
  // called with bytes of weights; false stops.
  // Errors: kModelNotFound, kModelLoading, kUnsupportedModel (another kind of projector),
  // kResource, kAborted.
  static Result<std::unique_ptr<VisionEncoder>> Load(const VisionRequest& request,
                                                     const Progress& progress);
  ~VisionEncoder() override;

  // Errors: kMedia for sizes that the model cannot take.
  Result<TileShape> Shape(const ImageTile& tile) const override;

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
