// What a model needs to take pictures and sounds besides text: something that reads them,
// and something that turns them into embeddings. Implemented over the engine's encoders,
// and by a small fake in tests.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "cancel.h"
#include "media/media_cache.h"
#include "media/media_encoder.h"
#include "media/media_input.h"
#include "media/media_keys.h"
#include "media/pixel_memory.h"
#include "media/processed_media.h"
#include "status.h"

namespace abstractllm {

struct LoadedModel;

// What a chat template writes where a picture or a sound belongs.
struct MediaPlaceholder {
  std::string text;  // not empty
  // What it writes around it, for templates that know no pictures.
  std::string before;
  std::string after;
};

// Thread: the text thread. Immutable.
class MediaProcessor {
 public:
  virtual ~MediaProcessor() = default;

  virtual bool Takes(MediaKind kind) const = 0;
  // For kinds that are taken.
  virtual const MediaPlaceholder& Placeholder(MediaKind kind) const = 0;
  // Decodes and prepares. Errors: kMedia, kAborted. `cancel` may be null.
  virtual Result<ProcessedImage> Process(const MediaInput& input,
                                         const CancelToken* cancel) const = 0;
};

// Owns: all of it. Thread: as its members say; destroyed on the inference thread, before
// the model's context.
struct MediaSupport {
  std::unique_ptr<MediaProcessor> processor;
  std::unique_ptr<MediaEncoder> encoder;
  MediaKeys keys;
  MediaCache cache{kMediaCacheBytes};
  PixelMemory pixels;

  // Of finished encodings that are kept for calls to come.
  static constexpr uint64_t kMediaCacheBytes = 256ull << 20;
};

// Makes the media support of a model that has just been loaded. `progress` as for
// LoadModel; false stops. Thread: the inference thread.
class MediaLoader {
 public:
  virtual ~MediaLoader() = default;
  virtual Result<std::unique_ptr<MediaSupport>> Load(
      const LoadedModel& model,
      const std::function<bool(uint64_t done, uint64_t total)>& progress) const = 0;
  // What Load would take on each device, without reading weights. Of `model`, only sizes and
  // threads count. Thread: any. Errors: as Load's.
  virtual Result<std::vector<DeviceMemory>> Measure(const LoadedModel& model) const = 0;
};

}  // namespace abstractllm
