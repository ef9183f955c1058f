#include "session.h"

#include <stdexcept>

#include "prompt_text.h"

namespace abstractllm::bench {
namespace {

// The package's defaults (src/config/defaults.ts).
SamplingParams DefaultSampling() {
  SamplingParams params = {};
  params.temperature = 0.7f;
  params.top_k = 40;
  params.top_p = 0.95f;
  params.min_p = 0.05f;
  params.typical_p = 1.0f;
  params.repeat_penalty = 1.0f;
  params.penalty_last_n = 64;
  params.dry_base = 1.75f;
  params.dry_allowed_length = 2;
  params.dry_penalty_last_n = 1024;
  params.xtc_threshold = 0.1f;
  params.mirostat_tau = 5.0f;
  params.mirostat_eta = 0.1f;
  params.seed = 1;
  return params;
}

// The end of a job that must not fail.
const DoneEvent& Done(const Timeline& timeline) {
  if (const auto* failed = std::get_if<FailedEvent>(&timeline.last.what)) {
    throw std::runtime_error(failed->status.message);
  }
  return std::get<DoneEvent>(timeline.last.what);
}

}  // namespace

Session::Session(const Settings& settings) : engine_(sink_) {
  LoadRequest request;
  request.path = settings.model;
  request.context_size = settings.sizes.context;
  request.threads = settings.threads;
  request.cpu_only = true;
  const JobId job = next_++;
  const Clock::time_point start = Clock::now();
  engine_.Load(job, request);
  const Timeline timeline = sink_.WaitForEnd(job);
  load_ms_ = Milliseconds(start, timeline.end);
  info_ = std::get<ModelInfo>(Done(timeline).result);
  // The first call allocates; nobody waits for that twice.
  ResultOf(Generate(FreshText(8), 2));
}

JobId Session::Generate(const std::string& prompt, int max_tokens) {
  GenerateRequest request;
  request.prompt = prompt;
  request.max_tokens = max_tokens;
  request.sampling = DefaultSampling();
  const JobId job = next_++;
  submitted_[job] = Clock::now();
  engine_.Submit(job, std::move(request));
  return job;
}

GenerateResult Session::ResultOf(JobId job) {
  return std::get<GenerateResult>(Done(sink_.WaitForEnd(job)).result);
}

double Session::FirstTextMs(JobId job) {
  const Timeline timeline = sink_.WaitForTexts(job, 1);
  if (timeline.texts.empty()) {
    Done(timeline);
    throw std::runtime_error("A generation ended without text.");
  }
  return Milliseconds(submitted_.at(job), timeline.texts.front());
}

std::string Session::FreshText(int length) { return PromptText(length, next_seed_++); }

}  // namespace abstractllm::bench
