#include "media/vision_loader.h"

#include <utility>

#include "llama.h"
#include "loaded_model.h"
#include "media/image_file.h"
#include "media/image_processor.h"

namespace abstractllm {
namespace {

Status WrongPixels(const MediaInput& input) {
  return Status::Error(Code::kMedia, "The picture has " + std::to_string(input.bytes.size()) +
                                         " bytes, and says that it has " +
                                         std::to_string(input.width) + " x " +
                                         std::to_string(input.height) + " pixels of three.");
}

// Rows of RGB as a caller says that they are.
Result<Image> PixelsOf(const MediaInput& input) {
  const ImageLimits limits;
  const bool sane = input.width > 0 && input.height > 0 && input.width <= limits.max_side &&
                    input.height <= limits.max_side &&
                    int64_t{input.width} * input.height <= limits.max_pixels;
  const int64_t bytes = sane ? int64_t{3} * input.width * input.height : -1;
  if (static_cast<int64_t>(input.bytes.size()) != bytes) return WrongPixels(input);
  return Image{input.width, input.height, input.bytes};
}

class VisionProcessor final : public MediaProcessor {
 public:
  explicit VisionProcessor(ImageSpec spec)
      : spec_(std::move(spec)),
        placeholder_{spec_.placeholder, spec_.surround.before, spec_.surround.after} {}

  bool Takes(MediaKind kind) const override { return kind == MediaKind::kImage; }
  const MediaPlaceholder& Placeholder(MediaKind) const override { return placeholder_; }

  Result<ProcessedImage> Process(const MediaInput& input,
                                 const CancelToken* cancel) const override {
    Result<Image> image =
        input.is_pixels()
            ? PixelsOf(input)
            : DecodeImageFile({input.bytes.data(), input.bytes.size()}, ImageLimits(), cancel);
    if (!image.ok()) return image.status();
    return ProcessImage(spec_, image.value(), cancel);
  }

 private:
  const ImageSpec spec_;
  const MediaPlaceholder placeholder_;
};

}  // namespace

Result<std::unique_ptr<MediaSupport>> VisionLoader::Load(
    const LoadedModel& model,
    const std::function<bool(uint64_t done, uint64_t total)>& progress) const {
  if (Status status = CheckImageSpec(source_.spec); !status.ok()) return status;
  auto encoder = VisionEncoder::Load(RequestFor(model), progress);
  if (!encoder.ok()) return encoder.status();
  auto support = std::make_unique<MediaSupport>();
  support->processor = std::make_unique<VisionProcessor>(source_.spec);
  support->encoder = std::move(encoder.value());
  return support;
}

Result<std::vector<DeviceMemory>> VisionLoader::Measure(const LoadedModel& model) const {
  VisionRequest request = RequestFor(model);
  request.dry = true;
  const auto go_on = [](uint64_t, uint64_t) { return true; };
  const auto encoder = VisionEncoder::Load(request, go_on);
  if (!encoder.ok()) return encoder.status();
  return encoder.value()->Memory();
}

VisionRequest VisionLoader::RequestFor(const LoadedModel& model) const {
  VisionRequest request;
  request.path = source_.path;
  request.plan = source_.plan;
  request.embedding_size = llama_model_n_embd_inp(model.model.get());
  request.cpu_only = source_.cpu_only;
  request.threads = model.threads;
  request.takes_turns = model.computes_on_cpu;
  return request;
}

}  // namespace abstractllm
