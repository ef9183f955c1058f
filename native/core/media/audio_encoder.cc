#include "media/audio_encoder.h"

#include <optional>
#include <string>
#include <utility>

namespace abstractllm {

AudioEncoder::AudioEncoder(const EncoderRequest& request, AudioProjector projector,
                           std::unique_ptr<EngineClip> clip)
    : threads_(request.threads),
      takes_turns_(request.takes_turns),
      projector_(std::move(projector)),
      clip_(std::move(clip)) {}

AudioEncoder::~AudioEncoder() = default;

Result<std::unique_ptr<AudioEncoder>> AudioEncoder::Load(const EncoderRequest& request,
                                                         const EncoderProgress& progress) {
  AudioProjector projector;
  const auto check = [&](const GgufSummary& summary) -> Result<ClipOptions> {
    const Result<AudioProjector> read = ReadAudioProjector(summary);
    if (!read.ok()) return read.status();
    projector = read.value();
    ClipOptions options;
    options.kind = MediaKind::kAudio;
    options.cpu_only = request.cpu_only;
    options.dry = request.dry;
    return options;
  };
  auto clip = LoadEncoder(request, check, progress);
  if (!clip.ok()) return clip.status();
  return std::unique_ptr<AudioEncoder>(
      new AudioEncoder(request, std::move(projector), std::move(clip.value())));
}

Result<TileShape> AudioEncoder::Shape(const ImageTile& tile) const {
  const AudioProjector& p = projector_;
  const auto frames = static_cast<uint64_t>(tile.width > 0 ? tile.width : 0);
  const bool pools = p.type == AudioProjectorType::kQwen2Audio;
  const bool fits = tile.kind == MediaKind::kAudio &&
                    tile.height == static_cast<int32_t>(p.bands) && frames >= p.grain() &&
                    frames / 2 <= p.positions && (pools || frames % p.grain() == 0);
  if (!fits) {
    return Status::Error(
        Code::kMedia,
        "A sound of " + std::to_string(tile.width) + " frames of " + std::to_string(tile.height) +
            " bands cannot be encoded: this model takes " + std::to_string(p.grain()) + " to " +
            std::to_string(2 * p.positions) + " of " + std::to_string(p.bands) + ".");
  }
  return TileShape{clip_->Tokens(tile.width, tile.height), 0, 0};
}

Result<std::vector<float>> AudioEncoder::Encode(const ImageTile& tile,
                                                const Interrupted& interrupted) {
  if (Result<TileShape> shape = Shape(tile); !shape.ok()) return shape.status();
  if (tile.rgb.size() != static_cast<size_t>(tile.width) * static_cast<size_t>(tile.height)) {
    return Status::Error(Code::kMedia, "A sound's values do not fit its size.");
  }
  if (interrupted()) return Status::Aborted();
  std::optional<ComputeTurn> turn;
  if (takes_turns_) turn.emplace();
  return clip_->Encode(tile, threads_->pool(), threads_->threads(), interrupted);
}

int32_t AudioEncoder::embedding_size() const { return clip_->embedding_size(); }

std::vector<DeviceMemory> AudioEncoder::Memory() const { return clip_->Memory(); }

}  // namespace abstractllm
