#include "media/vision_encoder.h"

#include <optional>
#include <utility>

#include "gguf_file.h"
#include "media/engine_clip.h"

namespace abstractllm {
namespace {

// More patches than any model takes: the engine counts pixels in 32 bits, and memory for
// attention grows with their square.
constexpr uint64_t kMaxPatches = 16384;

}  // namespace

VisionEncoder::VisionEncoder(const VisionRequest& request, const Projector& projector,
                             std::unique_ptr<EngineClip> clip)
    : threads_(request.threads),
      takes_turns_(request.takes_turns),
      projector_(projector),
      clip_(std::move(clip)) {}

VisionEncoder::~VisionEncoder() = default;

Result<std::unique_ptr<VisionEncoder>> VisionEncoder::Load(const VisionRequest& request,
                                                           const Progress& progress) {
  Projector projector;
  const auto check = [&](const GgufSummary& summary) -> Result<ClipOptions> {
    const Result<Projector> read = ReadProjector(summary);
    if (!read.ok()) return read.status();
    projector = read.value();
    ClipOptions options;
    options.cpu_only = request.cpu_only;
    options.reserve = projector.fixed_size;
    options.dry = request.dry;
    return options;
  };
  auto clip = LoadEncoder(request, check, progress);
  if (!clip.ok()) return clip.status();
  return std::unique_ptr<VisionEncoder>(
      new VisionEncoder(request, projector, std::move(clip.value())));
}

Result<TileShape> VisionEncoder::Shape(const ImageTile& tile) const {
  const Projector& p = projector_;
  const int32_t width = tile.width;
  const int32_t height = tile.height;
  const auto w = static_cast<uint64_t>(width > 0 ? width : 0);
  const auto h = static_cast<uint64_t>(height > 0 ? height : 0);
  const auto bad = [&](const std::string& wanted) {
    return Status::Error(Code::kMedia,
                         "A picture of " + std::to_string(width) + " x " + std::to_string(height) +
                             " pixels cannot be encoded: this model takes " + wanted,
                         {{"width", int64_t{width}}, {"height", int64_t{height}}});
  };
  if (p.fixed_size && (w != p.image_size || h != p.image_size)) {
    const std::string side = std::to_string(p.image_size);
    return bad("parts of " + side + " x " + side + " only.");
  }
  // What is left over at the edges of a fixed size, no patch sees: SigLIP has 384 pixels, and
  // patches of 14.
  if (!p.fixed_size && (w == 0 || h == 0 || w % p.grain() != 0 || h % p.grain() != 0)) {
    return bad("sides that are multiples of " + std::to_string(p.grain()) + ".");
  }
  if (w / p.patch_size > kMaxPatches / (h / p.patch_size)) {
    return bad("at most " + std::to_string(kMaxPatches) + " patches of " +
               std::to_string(p.patch_size) + " x " + std::to_string(p.patch_size) + ".");
  }
  return TileShape{clip_->Tokens(width, height), clip_->Columns(width, height),
                   clip_->Rows(width, height)};
}

Result<std::vector<float>> VisionEncoder::Encode(const ImageTile& tile,
                                                 const Interrupted& interrupted) {
  if (Result<TileShape> shape = Shape(tile); !shape.ok()) return shape.status();
  const size_t pixels = static_cast<size_t>(tile.width) * static_cast<size_t>(tile.height);
  if (tile.rgb.size() != pixels * 3) {
    return Status::Error(Code::kMedia, "A picture's pixels do not fit its size.");
  }
  if (interrupted()) return Status::Aborted();
  std::optional<ComputeTurn> turn;
  if (takes_turns_) turn.emplace();
  return clip_->Encode(tile, threads_->pool(), threads_->threads(), interrupted);
}

int32_t VisionEncoder::embedding_size() const { return clip_->embedding_size(); }

std::vector<DeviceMemory> VisionEncoder::Memory() const { return clip_->Memory(); }

}  // namespace abstractllm
