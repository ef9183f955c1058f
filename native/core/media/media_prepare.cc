#include "media/media_prepare.h"

#include <algorithm>
#include <string>
#include <utility>

namespace abstractllm {
namespace {

const char* Plural(MediaKind kind) { return kind == MediaKind::kImage ? "pictures" : "sounds"; }

// Each tile has its place once: else its embeddings would be missing, or be two runs of the
// same ids.
bool PlacesEachTileOnce(const ProcessedImage& processed) {
  std::vector<int> places(processed.tiles.size());
  for (const LayoutPiece& piece : processed.layout) {
    if (piece.tile < 0) continue;
    if (static_cast<size_t>(piece.tile) >= places.size()) return false;
    ++places[static_cast<size_t>(piece.tile)];
  }
  return !places.empty() &&
         std::all_of(places.begin(), places.end(), [](int count) { return count == 1; });
}

Status TooLargeAtOnce(int32_t tokens, int32_t most) {
  return Status::Error(Code::kUnsupportedFeature,
                       "The picture takes " + std::to_string(tokens) +
                           " tokens that the model has to see at once, and a call takes " +
                           std::to_string(most) + ". Raise context_window if it is small.",
                       {{"tokens", static_cast<int64_t>(tokens)}});
}

Status NoIds() {
  return Status::Error(Code::kResource, "There are too many pictures and sounds in use.");
}

Status BadLayout() {
  return Status::Error(Code::kInternal,
                       "The picture's processor made a layout that does not fit its tiles.");
}

Result<MediaItemPtr> MakeItem(const LoadedModel& model, ProcessedImage processed) {
  const MediaEncoder& encoder = *model.media->encoder;
  const auto most_at_once = static_cast<int32_t>(model.batch_size);
  if (!PlacesEachTileOnce(processed)) return BadLayout();
  auto item = std::make_shared<MediaItem>();
  item->layout = std::move(processed.layout);
  int64_t tokens = 0;
  for (ImageTile& pixels : processed.tiles) {
    const Result<TileShape> shaped = encoder.Shape(pixels);
    if (!shaped.ok()) return shaped.status();
    TileShape shape = shaped.value();
    if (!model.position_axes) shape.columns = shape.rows = 0;
    const bool grid_fits = shape.rows == 0 || int64_t{shape.columns} * shape.rows == shape.tokens;
    if (shape.tokens < 1 || !grid_fits) return BadLayout();
    if (!encoder.causal() && shape.tokens > most_at_once) {
      return TooLargeAtOnce(shape.tokens, most_at_once);
    }
    item->tiles.push_back({shape.tokens, shape.columns, shape.rows,
                           model.media->pixels.Hold(std::move(pixels)), nullptr});
    tokens += shape.tokens;
  }
  if (tokens > INT32_MAX) return BadLayout();
  item->tokens = static_cast<int32_t>(tokens);
  return item;
}

Result<MediaItemPtr> PrepareItem(const LoadedModel& model, const MediaInput& input,
                                 const CancelToken* cancel) {
  MediaSupport& media = *model.media;
  const MediaKey key = KeyOf(input);
  if (MediaItemPtr known = media.cache.Find(key); known != nullptr) return known;
  Result<ProcessedImage> processed = media.processor->Process(input, cancel);
  if (!processed.ok()) return processed.status();
  Result<MediaItemPtr> made = MakeItem(model, std::move(processed.value()));
  if (!made.ok()) return made;
  const MediaItemPtr& item = made.value();
  item->key = key;
  item->ids = media.keys.IdsFor(key, item->tokens);
  if (item->ids == nullptr) return NoIds();
  media.cache.Add(item);
  return made;
}

}  // namespace

Status CheckTakesMedia(const MediaSupport* media, const std::vector<MediaInput>& inputs) {
  const auto takes = [&](MediaKind kind) {
    return media != nullptr && media->processor->Takes(kind);
  };
  for (size_t i = 0; i < inputs.size(); ++i) {
    const MediaKind kind = inputs[i].kind;
    if (takes(kind)) continue;
    std::string taken = "text";
    for (const MediaKind other : {MediaKind::kImage, MediaKind::kAudio}) {
      if (takes(other)) taken += std::string(" and ") + Plural(other);
    }
    return Status::Error(
        Code::kUnsupportedFeature,
        std::string("The model takes no ") + Plural(kind) + ": it takes " + taken + ".",
        {{"feature", std::string(MediaKindName(kind))}, {"file", static_cast<int64_t>(i)}});
  }
  return Status::Ok();
}

Result<std::vector<MediaItemPtr>> PrepareMedia(const LoadedModel& model,
                                               const std::vector<MediaInput>& inputs,
                                               const CancelToken* cancel) {
  std::vector<MediaItemPtr> items;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (cancel != nullptr && cancel->cancelled()) return Status::Aborted();
    Result<MediaItemPtr> item = PrepareItem(model, inputs[i], cancel);
    if (!item.ok()) {
      Status status = item.status();
      if (status.code != Code::kAborted) {
        status.details.emplace_back("file", static_cast<int64_t>(i));
      }
      return status;
    }
    items.push_back(std::move(item.value()));
  }
  return items;
}

}  // namespace abstractllm
