#include "checkpoint/checkpoint.h"

#include <utility>

#include "checkpoint/mixture.h"
#include "checkpoint/virtual_file.h"
#include "logging.h"
#include "memory_plan.h"

namespace abstractllm {
namespace {

Status EngineFailure(const std::string& path, const std::string& reason) {
  const bool memory = SaysNoMemory(reason);
  return Status::Error(memory ? Code::kResource : Code::kModelLoading,
                       "The model " + path + " could not be loaded: " +
                           (reason.empty() ? "the engine gave no reason." : reason),
                       {{"path", path}});
}

}  // namespace

Result<std::unique_ptr<Checkpoint>> Checkpoint::Open(const CheckpointPlan& plan,
                                                     const std::string& path) {
  std::unique_ptr<Checkpoint> checkpoint(new Checkpoint());
  PlannedGguf& gguf = checkpoint->gguf_;
  if (Status status = CheckPlanMetadata(plan); !status.ok()) return status;
  if (Status status = gguf.Open(plan.files, plan.tensors); !status.ok()) return status;
  if (Status status = ChooseTypes(plan, &gguf.tensors()); !status.ok()) return status;
  Result<Vocabulary> vocabulary = BuildVocabulary(plan.vocabulary);
  if (!vocabulary.ok()) return vocabulary.status();
  checkpoint->vocabulary_ = std::move(vocabulary.value());

  std::vector<PlanMetadata> metadata = plan.metadata;
  std::vector<PlanMetadata> own = std::exchange(checkpoint->vocabulary_.metadata, {});
  metadata.insert(metadata.end(), std::make_move_iterator(own.begin()),
                  std::make_move_iterator(own.end()));
  gguf.Finish(metadata);
  const GgufImage& image = gguf.image();
  Result<GgufSummary> summary = ReadGgufInMemory(path, image.header, image.size_bytes);
  if (!summary.ok()) return summary.status();
  checkpoint->summary_ = std::move(summary.value());
  if (Status status = ValidateForLoading(checkpoint->summary_); !status.ok()) return status;
  return checkpoint;
}

Result<llama_model_ptr> Checkpoint::Load(llama_model_params params, int threads,
                                         const VirtualGguf::Progress& progress) {
  // A virtual file cannot be mapped.
  params.load_mode = LLAMA_LOAD_MODE_NONE;
  params.lazy_mode = LLAMA_LAZY_MODE_OFF;
  params.progress_callback = [](float, void*) { return true; };
  llama_model_ptr model;
  const auto load = [&](VirtualGguf& gguf) {
    const VirtualFile file(&gguf, threads,
                           params.no_alloc ? VirtualFile::Part::kHeader : VirtualFile::Part::kAll);
    if (file.get() == nullptr) return EngineFailure(summary_.path, "no stream could be opened");
    const ErrorCapture capture;
    model.reset(llama_model_load_from_file_ptr(file.get(), params));
    return model != nullptr ? Status::Ok() : EngineFailure(summary_.path, capture.Text());
  };
  const Status status = Stream(params.no_alloc ? 1 : threads, progress, load);
  if (!status.ok()) return status;
  return model;
}

}  // namespace abstractllm
