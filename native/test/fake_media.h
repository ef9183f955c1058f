// Pictures of words: the bytes of a "file" are its text, and the encoder gives the model's own
// embeddings of that text. So a prompt with a picture has to be answered like the same
// prompt with the text in its place, whenever the mask is causal.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "media/media_support.h"
#include "sequence.h"
#include "tokenizer.h"

namespace abstractllm::test {

inline constexpr char kFakePlaceholder[] = "<image>";

// A picture of `words`; '|' separates tiles. "!" cannot be read.
MediaInput PictureOf(const std::string& words);

// Tiles stand in round brackets, with a comma between them.
class FakeProcessor final : public MediaProcessor {
 public:
  // `tokenizer` must outlive it.
  explicit FakeProcessor(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

  bool Takes(MediaKind kind) const override { return kind == MediaKind::kImage; }
  const MediaPlaceholder& Placeholder(MediaKind) const override { return placeholder_; }
  Result<ProcessedImage> Process(const MediaInput& input, const CancelToken* cancel) const override;

 private:
  const Tokenizer& tokenizer_;
  const MediaPlaceholder placeholder_ = {kFakePlaceholder, "", ""};
};

// What a test sees of an encoder, and does to it. Thread: any.
struct EncoderControl {
  std::atomic<int> encoded{0};        // tiles
  std::atomic<int> failures_left{0};  // the next tiles fail
  // Called in each encoding, on the inference thread.
  std::function<void(const std::function<bool()>& interrupted)> during;
};

class FakeEncoder final : public MediaEncoder {
 public:
  // `rows` of the model's embeddings, `width` numbers each; `columns` > 0 makes grids of so
  // many columns of what divides by it.
  FakeEncoder(std::vector<float> rows, int32_t width, bool causal, int32_t columns,
              std::shared_ptr<EncoderControl> control)
      : rows_(std::move(rows)),
        width_(width),
        causal_(causal),
        columns_(columns),
        control_(std::move(control)) {}

  Result<TileShape> Shape(const ImageTile& tile) const override;
  int32_t embedding_size() const override { return width_; }
  bool causal() const override { return causal_; }
  Result<std::vector<float>> Encode(const ImageTile& tile,
                                    const std::function<bool()>& interrupted) override;

 private:
  const std::vector<float> rows_;
  const int32_t width_;
  const bool causal_;
  const int32_t columns_;
  std::shared_ptr<EncoderControl> control_;
};

// For the models of BuildTinyLlama(model).
class FakeMediaLoader final : public MediaLoader {
 public:
  explicit FakeMediaLoader(bool causal = true, int32_t columns = 0)
      : causal_(causal), columns_(columns) {}

  Result<std::unique_ptr<MediaSupport>> Load(
      const LoadedModel& model,
      const std::function<bool(uint64_t done, uint64_t total)>& progress) const override;
  Result<std::vector<DeviceMemory>> Measure(const LoadedModel&) const override {
    return std::vector<DeviceMemory>();
  }

  const std::shared_ptr<EncoderControl> control = std::make_shared<EncoderControl>();
  // Of the encoder; 0: the model's.
  int32_t width = 0;
  // Bytes of tiles that may wait to be encoded.
  uint64_t most_pixels = PixelMemory::kMost;

 private:
  const bool causal_;
  const int32_t columns_;
};

// The tokens of a sequence that was not encoded yet, with those that its pictures show.
std::vector<int32_t> WithoutPictures(const Sequence& sequence);

}  // namespace abstractllm::test
