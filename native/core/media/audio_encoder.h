// The part of a model that hears: pieces of a spectrogram in, rows of embeddings out, which take
// the place of tokens.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "media/audio_projector.h"
#include "media/clip_compute.h"
#include "media/clip_loading.h"
#include "media/image_tile.h"
#include "media/media_encoder.h"
#include "status.h"

namespace abstractllm {

// Owns: the tower's weights and buffers. Thread: what is const, any; the rest, one at a time.
class AudioEncoder final : public MediaEncoder {
 public:
  // Checks the projector and loads it; the calling thread does the work. Errors:
  // kModelNotFound, kModelLoading, kUnsupportedModel (another kind of projector), kResource,
  // kAborted.
  static Result<std::unique_ptr<AudioEncoder>> Load(const EncoderRequest& request,
                                                    const EncoderProgress& progress);
  ~AudioEncoder() override;

  // Without a grid. Errors: kMedia for sizes that the model cannot take.
  Result<TileShape> Shape(const ImageTile& tile) const override;

  // On a CPU it takes its ComputeTurn, and asks `interrupted` between operations.
  Result<std::vector<float>> Encode(const ImageTile& tile, const Interrupted& interrupted) override;

  int32_t embedding_size() const override;
  bool causal() const override { return true; }
  std::vector<DeviceMemory> Memory() const override;

 private:
  AudioEncoder(const EncoderRequest& request, AudioProjector projector,
               std::unique_ptr<EngineClip> clip);

  const std::shared_ptr<ComputeThreads> threads_;
  const bool takes_turns_;
  const AudioProjector projector_;
  const std::unique_ptr<EngineClip> clip_;
};

}  // namespace abstractllm
