#include "media/clip_loading.h"

#include <new>

#include "checkpoint/planned_gguf.h"
#include "checkpoint/random_access_file.h"
#include "load_error.h"
#include "media/clip_files.h"

namespace abstractllm {
namespace {

using LoadedClip = Result<std::unique_ptr<EngineClip>>;

LoadedClip LoadClip(const EncoderRequest& request, const ClipOptions& options, ClipSource* source) {
  auto clip = EngineClip::Load(source, request.path, options);
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

LoadedClip LoadFile(const EncoderRequest& request, const CheckEncoder& check,
                    const EncoderProgress& progress) {
  Result<GgufSummary> summary = ReadGguf(request.path);
  if (!summary.ok()) return summary.status();
  const Result<ClipOptions> options = check(summary.value());
  if (!options.ok()) return options.status();
  RandomAccessFile file;
  if (!file.Open(request.path) || file.size() != summary.value().size_bytes) {
    return CannotLoad(request.path, "it changed while it was opened", "Try again.");
  }
  ClipFile source(file, request.path, summary.value().data_offset, progress);
  return LoadClip(request, options.value(), &source);
}

LoadedClip LoadPlan(const EncoderRequest& request, const CheckEncoder& check,
                    const EncoderProgress& progress) {
  const CheckpointPlan& plan = *request.plan;
  PlannedGguf gguf;
  if (Status status = CheckPlanMetadata(plan); !status.ok()) return status;
  if (Status status = gguf.Open(plan.files, plan.tensors); !status.ok()) return status;
  gguf.Finish(plan.metadata);
  const GgufImage& image = gguf.image();
  Result<GgufSummary> summary = ReadGgufInMemory(request.path, image.header, image.size_bytes);
  if (!summary.ok()) return summary.status();
  const Result<ClipOptions> options = check(summary.value());
  if (!options.ok()) return options.status();
  std::unique_ptr<EngineClip> loaded;
  const auto load = [&](VirtualGguf& stream) {
    ClipVirtualFile source(&stream);
    auto clip = LoadClip(request, options.value(), &source);
    if (!clip.ok()) return clip.status();
    loaded = std::move(clip.value());
    return Status::Ok();
  };
  if (Status status = gguf.Stream(request.threads->threads(), progress, load); !status.ok()) {
    return status;
  }
  return loaded;
}

}  // namespace

Result<std::unique_ptr<EngineClip>> LoadEncoder(const EncoderRequest& request,
                                                const CheckEncoder& check,
                                                const EncoderProgress& progress) try {
  return request.plan == nullptr ? LoadFile(request, check, progress)
                                 : LoadPlan(request, check, progress);
} catch (const std::bad_alloc&) {
  return NoMemoryToLoad(request.path);
}

}  // namespace abstractllm
