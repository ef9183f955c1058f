#include "media/engine_clip.h"

#include <clip-impl.h>
#include <clip.h>

#include <exception>
#include <new>

#include "backend.h"
#include "load_error.h"
#include "logging.h"
#include "media/engine_guard.h"
#include "memory_plan.h"

namespace abstractllm {
namespace {

clip_image_f32 Placeholder(int32_t width, int32_t height) {
  clip_image_f32 image;
  image.set_size({width, height}, /*is_placeholder=*/true, /*is_audio=*/false);
  return image;
}

clip_context_params ParamsOf(const ClipOptions& options) {
  clip_context_params params = {};
  params.use_gpu = !options.cpu_only;
  // It rounds keys and values to 16 bits, which no feature shows (docs/checkpoints.md).
  params.flash_attn_type = CLIP_FLASH_ATTN_TYPE_AUTO;
  // Of its own preprocessing, which is not used; it would warn of less.
  params.image_min_tokens = 1024;
  params.image_max_tokens = 1024;
  params.warmup = options.reserve;
  params.no_alloc = options.dry;
  return params;
}

Status LoadFailure(const std::string& path, const std::string& reason) {
  if (SaysNoMemory(reason)) return NoMemoryToLoad(path);
  return CannotLoad(path, reason.empty() ? "the engine gave no reason" : reason, kGetAgain);
}

Status NoMemoryToEncode() {
  return Status::Error(
      Code::kResource, "There is not enough memory to encode the picture or the sound.",
      {{"device", std::string("cpu")},
       {"remedies", std::vector<std::string>{"Use a smaller picture, or a shorter sound."}}});
}

Status EncodeFailure(const std::string& reason) {
  if (SaysNoMemory(reason)) return NoMemoryToEncode();
  return Status::Error(Code::kMedia, "The picture or the sound could not be encoded: " +
                                         (reason.empty() ? "the engine gave no reason." : reason));
}

}  // namespace

void EngineClip::Free::operator()(clip_ctx* context) const { clip_free(context); }

Result<std::unique_ptr<EngineClip>> EngineClip::Load(ClipSource* source, const std::string& path,
                                                     const ClipOptions& options) try {
  const ErrorCapture capture;
  const EngineGuard guard;
  const ClipSourceScope scope(source, options.kind);
  const clip_init_result loaded = clip_init(path.c_str(), ParamsOf(options));
  clip_ctx* const context = options.kind == MediaKind::kAudio ? loaded.ctx_a : loaded.ctx_v;
  if (context != nullptr) return std::unique_ptr<EngineClip>(new EngineClip(context));
  return source->failure().ok() ? LoadFailure(path, capture.Text()) : source->failure();
} catch (const std::bad_alloc&) {
  return NoMemoryToLoad(path);
} catch (const std::exception& error) {
  return LoadFailure(path, error.what());
}

int32_t EngineClip::Tokens(int32_t width, int32_t height) const {
  const clip_image_f32 image = Placeholder(width, height);
  return clip_n_output_tokens(context_.get(), &image);
}

int32_t EngineClip::Columns(int32_t width, int32_t height) const {
  const clip_image_f32 image = Placeholder(width, height);
  return clip_n_output_tokens_x(context_.get(), &image);
}

int32_t EngineClip::Rows(int32_t width, int32_t height) const {
  const clip_image_f32 image = Placeholder(width, height);
  return clip_n_output_tokens_y(context_.get(), &image);
}

int32_t EngineClip::embedding_size() const { return clip_n_mmproj_embd(context_.get()); }

Result<std::vector<float>> EngineClip::Encode(const ImageTile& tile, ggml_threadpool* pool,
                                              int threads, const Interrupted& interrupted) try {
  clip_image_f32_batch batch;
  batch.is_audio = tile.kind == MediaKind::kAudio;
  clip_image_f32& image = batch.entries.emplace_back(Placeholder(tile.width, tile.height));
  image.cpy_buf(tile.rgb);
  std::vector<float> rows(static_cast<size_t>(Tokens(tile.width, tile.height)) *
                          static_cast<size_t>(embedding_size()));
  const ErrorCapture capture;
  const EngineGuard guard;
  const ClipComputeScope scope(pool, interrupted);
  if (clip_image_batch_encode(context_.get(), threads, &batch, rows)) return rows;
  return scope.stopped() ? Status::Aborted() : EncodeFailure(capture.Text());
} catch (const std::bad_alloc&) {
  return NoMemoryToEncode();
} catch (const std::exception& error) {
  return EncodeFailure(error.what());
}

std::vector<DeviceMemory> EngineClip::Memory() const {
  std::vector<DeviceMemory> devices;
  // Weights and buffers together: the engine's account does not tell them apart.
  for (const auto& [device, bytes] : clip_get_mem_usage(context_.get())) {
    AddMemory({{DeviceId(device), bytes, 0, 0}}, &devices);
  }
  return devices;
}

}  // namespace abstractllm
