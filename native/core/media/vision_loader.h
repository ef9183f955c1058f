// The parts of a model that see: its processor of pictures and its encoder.
#pragma once

#include <memory>
#include <string>

#include "checkpoint/plan.h"
#include "media/image_spec.h"
#include "media/media_support.h"
#include "media/vision_encoder.h"

namespace abstractllm {

struct VisionSource {
  std::string path;  // a GGUF projector (mmproj), UTF-8; with a plan, the checkpoint's folder
  std::shared_ptr<const CheckpointPlan> plan;
  ImageSpec spec;
  bool cpu_only = false;
};

// Errors of Load: kUnsupportedModel for a spec that cannot be followed, and VisionEncoder's.
class VisionLoader final : public MediaLoader {
 public:
  explicit VisionLoader(VisionSource source) : source_(std::move(source)) {}

  Result<std::unique_ptr<MediaSupport>> Load(
      const LoadedModel& model,
      const std::function<bool(uint64_t done, uint64_t total)>& progress) const override;
  Result<std::vector<DeviceMemory>> Measure(const LoadedModel& model) const override;

 private:
  VisionRequest RequestFor(const LoadedModel& model) const;

  VisionSource source_;
};

}  // namespace abstractllm
