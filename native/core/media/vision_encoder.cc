#include "media/vision_encoder.h"

#include <new>
#include <optional>
#include <utility>

#include "checkpoint/planned_gguf.h"
#include "checkpoint/random_access_file.h"
#include "gguf_file.h"
#include "load_error.h"
#include "media/clip_files.h"
#include "media/engine_clip.h"

namespace abstractllm {
namespace {

// More patches than any model takes: the engine counts pixels in 32 bits, and memory for
// attention grows with their square.
constexpr uint64_t kMaxPatches = 16384;

ClipOptions OptionsFor(const VisionRequest& request, const Projector& projector) {
  ClipOptions options;
  options.cpu_only = request.cpu_only;
  options.reserve = projector.fixed_size;
  return options;
}

Result<std::unique_ptr<EngineClip>> LoadClip(const VisionRequest& request,
                                             const Projector& projector, ClipSource* source) {
  auto clip = EngineClip::Load(source, request.path, OptionsFor(request, projector));
  if (!clip.ok() || request.embedding_size == 0) return clip;
  const int32_t made = clip.value()->embedding_size();
  if (made == request.embedding_size) return clip;
  return CannotLoad(request.path,
                    "its rows have " + std::to_string(made) +
                        " numbers, where the language model takes " +
                        std::to_string(request.embedding_size),
                    "Use the projector that was made for this model.",
                    {{"embedding_size", int64_t{made}},
                     {"model_embedding_size", int64_t{request.embedding_size}}});
}

struct Loaded {
  Projector projector;
  std::unique_ptr<EngineClip> clip;
};

Result<Loaded> LoadFile(const VisionRequest& request, const VisionEncoder::Progress& progress) {
  Result<GgufSummary> summary = ReadGguf(request.path);
  if (!summary.ok()) return summary.status();
  Result<Projector> projector = ReadProjector(summary.value());
  if (!projector.ok()) return projector.status();
  RandomAccessFile file;
  if (!file.Open(request.path) || file.size() != summary.value().size_bytes) {
    return CannotLoad(request.path, "it changed while it was opened", "Try again.");
  }
  ClipFile source(file, request.path, summary.value().data_offset, progress);
  auto clip = LoadClip(request, projector.value(), &source);
  if (!clip.ok()) return clip.status();
  return Loaded{projector.value(), std::move(clip.value())};
}

Result<Loaded> LoadPlan(const VisionRequest& request, const VisionEncoder::Progress& progress) {
  const CheckpointPlan& plan = *request.plan;
  PlannedGguf gguf;
  if (Status status = CheckPlanMetadata(plan); !status.ok()) return status;
  if (Status status = gguf.Open(plan.files, plan.tensors); !status.ok()) return status;
  gguf.Finish(plan.metadata);
  const GgufImage& image = gguf.image();
  Result<GgufSummary> summary = ReadGgufInMemory(request.path, image.header, image.size_bytes);
  if (!summary.ok()) return summary.status();
  Result<Projector> projector = ReadProjector(summary.value());
  if (!projector.ok()) return projector.status();
  Loaded loaded{projector.value(), nullptr};
  const auto load = [&](VirtualGguf& stream) {
    ClipVirtualFile source(&stream);
    auto clip = LoadClip(request, loaded.projector, &source);
    if (!clip.ok()) return clip.status();
    loaded.clip = std::move(clip.value());
    return Status::Ok();
  };
  if (Status status = gguf.Stream(request.threads->threads(), progress, load); !status.ok()) {
    return status;
  }
  return loaded;
}

}  // namespace

VisionEncoder::VisionEncoder(const VisionRequest& request, const Projector& projector,
                             std::unique_ptr<EngineClip> clip)
    : threads_(request.threads),
      takes_turns_(request.takes_turns),
      projector_(projector),
      clip_(std::move(clip)) {}

VisionEncoder::~VisionEncoder() = default;

Result<std::unique_ptr<VisionEncoder>> VisionEncoder::Load(const VisionRequest& request,
                                                           const Progress& progress) try {
  Result<Loaded> loaded =
      request.plan == nullptr ? LoadFile(request, progress) : LoadPlan(request, progress);
  if (!loaded.ok()) return loaded.status();
  return std::unique_ptr<VisionEncoder>(
      new VisionEncoder(request, loaded.value().projector, std::move(loaded.value().clip)));
} catch (const std::bad_alloc&) {
  return NoMemoryToLoad(request.path);
}

Result<TileShape> VisionEncoder::Shape(int32_t width, int32_t height) const {
  const Projector& p = projector_;
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
  if (Result<TileShape> shape = Shape(tile.width, tile.height); !shape.ok()) return shape.status();
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
