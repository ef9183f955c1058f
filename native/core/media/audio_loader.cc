#include "media/audio_loader.h"

#include "llama.h"
#include "loaded_model.h"
#include "media/audio_encoder.h"
#include "media/audio_processor.h"

namespace abstractllm {
namespace {

class AudioProcessor final : public MediaProcessor {
 public:
  explicit AudioProcessor(AudioSpec spec)
      : spec_(std::move(spec)), placeholder_{spec_.placeholder, spec_.before, spec_.after} {}

  bool Takes(MediaKind kind) const override { return kind == MediaKind::kAudio; }
  const MediaPlaceholder& Placeholder(MediaKind) const override { return placeholder_; }

  Result<ProcessedImage> Process(const MediaInput& input,
                                 const CancelToken* cancel) const override {
    AudioLimits limits;
    limits.max_seconds = input.max_seconds;
    return ProcessAudio(spec_, {input.bytes.data(), input.bytes.size()}, limits, cancel);
  }

 private:
  const AudioSpec spec_;
  const MediaPlaceholder placeholder_;
};

}  // namespace

Result<std::unique_ptr<MediaSupport>> AudioLoader::Load(
    const LoadedModel& model,
    const std::function<bool(uint64_t done, uint64_t total)>& progress) const {
  if (Status status = CheckAudioSpec(source_.spec); !status.ok()) return status;
  auto encoder = AudioEncoder::Load(RequestFor(model), progress);
  if (!encoder.ok()) return encoder.status();
  // The longest tile: what the spec says has to suit the tower before anybody asks for it.
  const ImageTile whole{source_.spec.window, source_.spec.bands, {}, MediaKind::kAudio};
  if (auto shape = encoder.value()->Shape(whole); !shape.ok()) {
    return Status::Error(Code::kModelLoading, shape.status().message, {{"path", source_.path}});
  }
  auto support = std::make_unique<MediaSupport>();
  support->processor = std::make_unique<AudioProcessor>(source_.spec);
  support->encoder = std::move(encoder.value());
  return support;
}

Result<std::vector<DeviceMemory>> AudioLoader::Measure(const LoadedModel& model) const {
  EncoderRequest request = RequestFor(model);
  request.dry = true;
  const auto encoder = AudioEncoder::Load(request, [](uint64_t, uint64_t) { return true; });
  if (!encoder.ok()) return encoder.status();
  return encoder.value()->Memory();
}

EncoderRequest AudioLoader::RequestFor(const LoadedModel& model) const {
  EncoderRequest request;
  request.path = source_.path;
  request.plan = source_.plan;
  request.embedding_size = llama_model_n_embd_inp(model.model.get());
  request.cpu_only = source_.cpu_only;
  request.threads = model.threads;
  request.takes_turns = model.computes_on_cpu;
  return request;
}

}  // namespace abstractllm
