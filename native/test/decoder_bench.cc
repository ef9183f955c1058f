#include "decoder_bench.h"

#include "prepare.h"

namespace abstractllm::test {
namespace {

std::unique_ptr<LoadedModel> LoadWith(const TinyModelFile& file, const MediaLoader* media) {
  auto model = LoadTiny(file);
  if (media != nullptr) model->media = std::move(media->Load(*model, nullptr).value());
  return model;
}

}  // namespace

SchedulerLimits DecoderBench::Limits() {
  SchedulerLimits limits;
  limits.cells = 256;
  limits.sequences = 64;
  limits.active = 8;
  limits.batch_tokens = 128;
  limits.batch_outputs = 16;
  return limits;
}

DecoderBench::DecoderBench(const TinyLlama& shape, const MediaLoader* media)
    : file_(shape),
      model_(LoadWith(file_, media)),
      memory_(model_->context.get()),
      engine_batch_(*model_, [] { return false; }) {}

std::vector<SequencePtr> DecoderBench::Prepare(JobId id, GenerateRequest request) {
  Job job;
  job.id = id;
  job.cancel = std::make_shared<CancelToken>();
  job.submitted = Clock::now();
  auto sequences = PrepareGenerate(*model_, job, request);
  if (sequences.ok()) return std::move(sequences.value());
  refused = sequences.status();
  return {};
}

const GenerateResult& DecoderBench::ResultOf(JobId job) {
  return std::get<GenerateResult>(std::get<DoneEvent>(ends[job].front().what).result);
}

Code DecoderBench::CodeOf(JobId job) {
  if (ends[job].size() != 1) return Code::kInternal;
  const auto* failed = std::get_if<FailedEvent>(&ends[job].front().what);
  return failed == nullptr ? Code::kOk : failed->status.code;
}

PostEvent DecoderBench::KeepText() {
  return [this](const Event& event) {
    const auto* piece = std::get_if<TextEvent>(&event.what);
    if (piece != nullptr) text[{event.job, piece->index}] += piece->text;
  };
}

std::function<void(Event)> DecoderBench::KeepEnd() {
  return [this](Event event) {
    std::vector<Event>& job_ends = ends[event.job];
    job_ends.push_back(std::move(event));
  };
}

}  // namespace abstractllm::test
