// A model that both sees and hears: two media supports as one.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "media/media_support.h"

namespace abstractllm {

// Loads one after the other. Errors: those of the two.
class MediaPairLoader final : public MediaLoader {
 public:
  MediaPairLoader(std::shared_ptr<const MediaLoader> pictures,
                  std::shared_ptr<const MediaLoader> sounds)
      : pictures_(std::move(pictures)), sounds_(std::move(sounds)) {}

  Result<std::unique_ptr<MediaSupport>> Load(
      const LoadedModel& model,
      const std::function<bool(uint64_t done, uint64_t total)>& progress) const override;
  Result<std::vector<DeviceMemory>> Measure(const LoadedModel& model) const override;

 private:
  std::shared_ptr<const MediaLoader> pictures_;
  std::shared_ptr<const MediaLoader> sounds_;
};

}  // namespace abstractllm
