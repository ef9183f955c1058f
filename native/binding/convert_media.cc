#include "convert_media.h"

#include <utility>

#include "convert_audio_spec.h"
#include "convert_image_spec.h"
#include "convert_plan.h"
#include "js_fields.h"
#include "media/audio_loader.h"
#include "media/media_pair.h"
#include "media/vision_loader.h"

namespace abstractllm {
namespace {

// The fields that both have.
template <typename Source>
Source SourceFromJs(const Napi::Object& object, bool cpu_only) {
  Source source;
  source.path = StringField(object, "path");
  if (!object.Get("plan").IsUndefined()) {
    source.plan = CheckpointPlanFromJs(ObjectField(object, "plan"));
  }
  source.cpu_only = cpu_only;
  return source;
}

}  // namespace

std::shared_ptr<const MediaLoader> MediaLoaderFromJs(const Napi::Object& options, bool cpu_only) {
  std::shared_ptr<const MediaLoader> pictures;
  std::shared_ptr<const MediaLoader> sounds;
  if (!options.Get("vision").IsUndefined()) {
    const Napi::Object vision = ObjectField(options, "vision");
    auto source = SourceFromJs<VisionSource>(vision, cpu_only);
    source.spec = ImageSpecFromJs(ObjectField(vision, "image"));
    pictures = std::make_shared<VisionLoader>(std::move(source));
  }
  if (!options.Get("hearing").IsUndefined()) {
    const Napi::Object hearing = ObjectField(options, "hearing");
    auto source = SourceFromJs<AudioSource>(hearing, cpu_only);
    source.spec = AudioSpecFromJs(ObjectField(hearing, "audio"));
    sounds = std::make_shared<AudioLoader>(std::move(source));
  }
  if (pictures == nullptr) return sounds;
  if (sounds == nullptr) return pictures;
  return std::make_shared<MediaPairLoader>(std::move(pictures), std::move(sounds));
}

}  // namespace abstractllm
