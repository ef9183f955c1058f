// The parts of a model that hear: its processor of sounds and its encoder.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "checkpoint/plan.h"
#include "media/audio_spec.h"
#include "media/clip_loading.h"
#include "media/media_support.h"

namespace abstractllm {

struct AudioSource {
  std::string path;  // a GGUF projector (mmproj), UTF-8; with a plan, the checkpoint's folder
  std::shared_ptr<const CheckpointPlan> plan;
  AudioSpec spec;
  bool cpu_only = false;
};

// Errors of Load: kUnsupportedModel for a spec that cannot be followed, and AudioEncoder's.
class AudioLoader final : public MediaLoader {
 public:
  explicit AudioLoader(AudioSource source) : source_(std::move(source)) {}

  Result<std::unique_ptr<MediaSupport>> Load(
      const LoadedModel& model,
      const std::function<bool(uint64_t done, uint64_t total)>& progress) const override;
  Result<std::vector<DeviceMemory>> Measure(const LoadedModel& model) const override;

 private:
  EncoderRequest RequestFor(const LoadedModel& model) const;

  AudioSource source_;
};

}  // namespace abstractllm
