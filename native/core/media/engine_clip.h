// The engine's encoders of pictures and sounds (tools/mtmd/clip.cpp). With engine_clip.cc, the only
// code that sees its headers, which promise no stability.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine_memory.h"
#include "media/clip_compute.h"
#include "media/clip_files.h"
#include "media/image_tile.h"
#include "status.h"

struct clip_ctx;

namespace abstractllm {

struct ClipOptions {
  // Which of the projector's encoders.
  MediaKind kind = MediaKind::kImage;
  bool cpu_only = false;
  // Whether the graph for pictures of the model's own size is built while it loads: memory
  // that is missing is missed then. Not for models whose pictures may have any size.
  bool reserve = false;
  // Whether weights are left unread.
  bool dry = false;
};

// Owns: the engine's context. Thread: one at a time, but for what is const.
class EngineClip {
 public:
  // `path` is for messages. What `source` says has passed CheckProjector.
  // Errors: kModelLoading, kResource, or what `source` failed with.
  static Result<std::unique_ptr<EngineClip>> Load(ClipSource* source, const std::string& path,
                                                  const ClipOptions& options);

  // Rows that a picture of this size becomes, and their arrangement: for models that count
  // positions in two dimensions, columns * rows is the number of tokens. Thread: any.
  int32_t Tokens(int32_t width, int32_t height) const;
  int32_t Columns(int32_t width, int32_t height) const;
  int32_t Rows(int32_t width, int32_t height) const;
  // Numbers in a row.
  int32_t embedding_size() const;

  // Tokens() rows of embedding_size(). The tile's size suits the model.
  // Errors: kAborted when `interrupted` said so; kMedia (assertions and failures of the
  // engine); kResource.
  Result<std::vector<float>> Encode(const ImageTile& tile, ggml_threadpool* pool, int threads,
                                    const Interrupted& interrupted);

  // So far: buffers for computing grow with the pictures.
  std::vector<DeviceMemory> Memory() const;

 private:
  struct Free {
    void operator()(clip_ctx* context) const;
  };
  explicit EngineClip(clip_ctx* context) : context_(context) {}

  std::unique_ptr<clip_ctx, Free> context_;
};

}  // namespace abstractllm
