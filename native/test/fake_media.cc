#include "fake_media.h"

#include <cstring>
#include <sstream>

#include "gguf_builder.h"
#include "loaded_model.h"

namespace abstractllm::test {

MediaInput PictureOf(const std::string& words) {
  MediaInput input;
  input.bytes.assign(words.begin(), words.end());
  return input;
}

Result<ProcessedImage> FakeProcessor::Process(const MediaInput& input,
                                              const CancelToken* cancel) const {
  if (cancel != nullptr && cancel->cancelled()) return Status::Aborted();
  const std::string words(input.bytes.begin(), input.bytes.end());
  if (words == "!") return Status::Error(Code::kMedia, "This is no picture.");
  ProcessedImage image;
  std::istringstream parts(words);
  for (std::string word; std::getline(parts, word, '|');) {
    auto tokens = tokenizer_.Encode(word, {/*add_special=*/false, false, cancel});
    if (!tokens.ok()) return tokens.status();
    ImageTile tile = {static_cast<int32_t>(tokens.value().size()), 1, {}};
    tile.rgb.assign(tokens.value().begin(), tokens.value().end());
    image.layout.push_back({image.tiles.empty() ? "(" : ",", -1});
    image.layout.push_back({"", static_cast<int32_t>(image.tiles.size())});
    image.tiles.push_back(std::move(tile));
  }
  image.layout.push_back({")", -1});
  return image;
}

Result<TileShape> FakeEncoder::Shape(const ImageTile& tile) const {
  const int32_t tokens = tile.width * tile.height;
  if (columns_ == 0 || tokens % columns_ != 0) return TileShape{tokens, 0, 0};
  return TileShape{tokens, columns_, tokens / columns_};
}

Result<std::vector<float>> FakeEncoder::Encode(const ImageTile& tile,
                                               const std::function<bool()>& interrupted) {
  if (control_->during) control_->during(interrupted);
  if (interrupted()) return Status::Aborted();
  if (control_->failures_left > 0) {
    --control_->failures_left;
    return Status::Error(Code::kGeneration, "planted");
  }
  ++control_->encoded;
  std::vector<float> values;
  for (const float token : tile.rgb) {
    const auto row = rows_.begin() + static_cast<ptrdiff_t>(token) * width_;
    values.insert(values.end(), row, row + width_);
  }
  return values;
}

Result<std::unique_ptr<MediaSupport>> FakeMediaLoader::Load(
    const LoadedModel& model, const std::function<bool(uint64_t, uint64_t)>&) const {
  GgufBuilder builder = BuildTinyLlama();
  const GgufBuilder::Tensor& tensor = builder.tensor("token_embd.weight");
  std::vector<float> rows(tensor.data.size() / sizeof(float));
  std::memcpy(rows.data(), tensor.data.data(), tensor.data.size());
  auto media = std::make_unique<MediaSupport>();
  media->processor = std::make_unique<FakeProcessor>(*model.tokenizer);
  media->pixels = PixelMemory(most_pixels);
  media->encoder = std::make_unique<FakeEncoder>(
      std::move(rows), width > 0 ? width : static_cast<int32_t>(tensor.shape[0]), causal_, columns_,
      control);
  return media;
}

std::vector<int32_t> WithoutPictures(const Sequence& sequence) {
  std::vector<int32_t> tokens = sequence.tokens;
  for (const MediaRun& run : sequence.media) {
    const ImageTile& tile = *run.item->tiles[static_cast<size_t>(run.tile)].pixels;
    for (int32_t i = 0; i < run.count; ++i) {
      tokens[static_cast<size_t>(run.first + i)] =
          static_cast<int32_t>(tile.rgb[static_cast<size_t>(i)]);
    }
  }
  return tokens;
}

}  // namespace abstractllm::test
