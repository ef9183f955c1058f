#include "media/media_pair.h"

#include <string>

namespace abstractllm {
namespace {

// Asks the one of two that a kind is for.
class PairProcessor final : public MediaProcessor {
 public:
  PairProcessor(std::unique_ptr<MediaProcessor> pictures, std::unique_ptr<MediaProcessor> sounds)
      : pictures_(std::move(pictures)), sounds_(std::move(sounds)) {}

  bool Takes(MediaKind kind) const override { return For(kind).Takes(kind); }
  const MediaPlaceholder& Placeholder(MediaKind kind) const override {
    return For(kind).Placeholder(kind);
  }
  Result<ProcessedImage> Process(const MediaInput& input,
                                 const CancelToken* cancel) const override {
    return For(input.kind).Process(input, cancel);
  }

 private:
  const MediaProcessor& For(MediaKind kind) const {
    return kind == MediaKind::kAudio ? *sounds_ : *pictures_;
  }

  const std::unique_ptr<MediaProcessor> pictures_;
  const std::unique_ptr<MediaProcessor> sounds_;
};

class PairEncoder final : public MediaEncoder {
 public:
  PairEncoder(std::unique_ptr<MediaEncoder> pictures, std::unique_ptr<MediaEncoder> sounds)
      : pictures_(std::move(pictures)), sounds_(std::move(sounds)) {}

  Result<TileShape> Shape(const ImageTile& tile) const override { return For(tile).Shape(tile); }
  int32_t embedding_size() const override { return pictures_->embedding_size(); }
  bool causal() const override { return pictures_->causal() && sounds_->causal(); }
  std::vector<DeviceMemory> Memory() const override {
    std::vector<DeviceMemory> devices = pictures_->Memory();
    AddMemory(sounds_->Memory(), &devices);
    return devices;
  }
  Result<std::vector<float>> Encode(const ImageTile& tile,
                                    const std::function<bool()>& interrupted) override {
    return For(tile).Encode(tile, interrupted);
  }

 private:
  MediaEncoder& For(const ImageTile& tile) const {
    return tile.kind == MediaKind::kAudio ? *sounds_ : *pictures_;
  }

  const std::unique_ptr<MediaEncoder> pictures_;
  const std::unique_ptr<MediaEncoder> sounds_;
};

}  // namespace

Result<std::unique_ptr<MediaSupport>> MediaPairLoader::Load(
    const LoadedModel& model,
    const std::function<bool(uint64_t done, uint64_t total)>& progress) const {
  auto pictures = pictures_->Load(model, progress);
  if (!pictures.ok()) return pictures;
  auto sounds = sounds_->Load(model, progress);
  if (!sounds.ok()) return sounds;
  MediaSupport& sees = *pictures.value();
  MediaSupport& hears = *sounds.value();
  if (sees.encoder->embedding_size() != hears.encoder->embedding_size()) {
    return Status::Error(Code::kModelLoading,
                         "The encoders of pictures and of sounds give embeddings of " +
                             std::to_string(sees.encoder->embedding_size()) + " and " +
                             std::to_string(hears.encoder->embedding_size()) +
                             " numbers: they do not belong together.");
  }
  auto both = std::make_unique<MediaSupport>();
  both->processor =
      std::make_unique<PairProcessor>(std::move(sees.processor), std::move(hears.processor));
  both->encoder = std::make_unique<PairEncoder>(std::move(sees.encoder), std::move(hears.encoder));
  return both;
}

Result<std::vector<DeviceMemory>> MediaPairLoader::Measure(const LoadedModel& model) const {
  auto pictures = pictures_->Measure(model);
  if (!pictures.ok()) return pictures;
  const auto sounds = sounds_->Measure(model);
  if (!sounds.ok()) return sounds;
  AddMemory(sounds.value(), &pictures.value());
  return pictures;
}

}  // namespace abstractllm
