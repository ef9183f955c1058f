#include "checkpoint/planned_gguf.h"

#include "gguf_header.h"

namespace abstractllm {

Status PlannedGguf::Open(const std::vector<std::string>& files,
                         const std::vector<PlanTensor>& tensors) {
  std::vector<SafetensorsHeader> headers;
  for (const std::string& path : files) {
    Result<SafetensorsHeader> header = ReadSafetensors(path);
    if (!header.ok()) return header.status();
    auto file = std::make_unique<RandomAccessFile>();
    if (!file->Open(path) || file->size() != header.value().size_bytes) {
      return CannotLoad(path, "it changed while it was opened", "Try again.");
    }
    headers.push_back(std::move(header.value()));
    files_.push_back(std::move(file));
  }
  Result<std::vector<CheckedTensor>> checked = CheckPlan(tensors, headers);
  if (!checked.ok()) return checked.status();
  tensors_ = std::move(checked.value());
  paths_ = files;
  return Status::Ok();
}

void PlannedGguf::Finish(const std::vector<PlanMetadata>& metadata) {
  image_ = BuildGgufHeader(metadata, tensors_);
}

Status PlannedGguf::Stream(int threads, const VirtualGguf::Progress& progress,
                           const std::function<Status(VirtualGguf& gguf)>& use) const {
  WorkerPool pool(threads);
  TensorBuilder builder(files_, paths_, &pool);
  VirtualGguf gguf(image_, tensors_, &builder, progress);
  Status status = use(gguf);
  return gguf.failure().ok() ? status : gguf.failure();
}

}  // namespace abstractllm
