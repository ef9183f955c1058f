#include "text_worker.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <new>
#include <vector>

#include "embedding/pooled_prepare.h"
#include "memory_wait.h"
#include "prepare.h"
#include "text_pieces.h"

namespace abstractllm {
namespace {

Event Failed(JobId job, Status status) { return {job, FailedEvent{std::move(status)}}; }

Event Done(JobId job, DoneEvent done) { return {job, std::move(done)}; }

}  // namespace

TextWorker::TextWorker(const LoadedModel& model, JobRouter& router, LogLevel log_level,
                       LogFunction log_function)
    : model_(model),
      router_(router),
      log_level_(log_level),
      log_function_(std::move(log_function)) {}

TextWorker::~TextWorker() { Stop(); }

bool TextWorker::Start() {
  return thread_.Start("al-text", kTokenizerStackBytes, [this] { Run(); });
}

void TextWorker::Submit(Job job) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!stopping_) {
      queue_.push_back(std::move(job));
      changed_.notify_one();
      return;
    }
  }
  Abort(job.id);
}

void TextWorker::Abort(JobId job) {
  WhenMemoryAllows([&] { router_.Settle(Failed(job, Status::Aborted())); });
}

void TextWorker::DropCancelled() {
  std::vector<Job> dropped;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto first = std::stable_partition(
        queue_.begin(), queue_.end(), [](const Job& job) { return !job.cancel->cancelled(); });
    dropped.assign(std::make_move_iterator(first), std::make_move_iterator(queue_.end()));
    queue_.erase(first, queue_.end());
  }
  for (const Job& job : dropped) Abort(job.id);
}

void TextWorker::Stop() {
  std::deque<Job> abandoned;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    abandoned.swap(queue_);
    changed_.notify_one();
  }
  for (const Job& job : abandoned) Abort(job.id);
  if (thread_.started()) thread_.Join();
}

void TextWorker::Run() {
  LogScope scope(log_level_, log_function_);
  for (;;) {
    std::unique_lock<std::mutex> lock(mutex_);
    auto next = queue_.begin();
    changed_.wait(lock, [&] {
      next = std::find_if(queue_.begin(), queue_.end(),
                          [this](const Job& job) { return MayProcess(job); });
      return stopping_ || next != queue_.end();
    });
    if (stopping_) return;
    Job job = std::move(*next);
    queue_.erase(next);
    lock.unlock();
    Process(job);
  }
}

bool TextWorker::MayProcess(const Job& job) const {
  const auto* generate = std::get_if<GenerateRequest>(&job.request);
  const bool reads = generate != nullptr && !generate->media.empty() && model_.media != nullptr;
  return !reads || !model_.media->pixels.full() || job.cancel->cancelled();
}

void TextWorker::NotifyRoom() {
  std::lock_guard<std::mutex> lock(mutex_);
  changed_.notify_one();
}

void TextWorker::Process(Job& job) {
  if (job.cancel->cancelled()) return Abort(job.id);
  std::vector<SequencePtr> sequences;
  PooledJobPtr pooled;
  Event outcome;
  try {
    outcome = Prepare(job, &sequences, &pooled);
    if (!sequences.empty() && !job.cancel->cancelled()) {
      router_.Admit(std::move(sequences));
      return;
    }
    if (pooled != nullptr && !job.cancel->cancelled()) {
      router_.AdmitPooled(std::move(pooled));
      return;
    }
  } catch (const std::bad_alloc&) {
    WhenMemoryAllows([&] {
      outcome = Failed(job.id, Status::Error(Code::kResource,
                                             "There is not enough memory to prepare this call."));
    });
  } catch (const std::exception& error) {
    WhenMemoryAllows(
        [&] { outcome = Failed(job.id, Status::Error(Code::kInternal, error.what())); });
  }
  // Whatever came of it: nobody waits for it any more.
  if (job.cancel->cancelled()) return Abort(job.id);
  router_.Settle(std::move(outcome));
}

// Either fills `sequences` or `pooled`, or returns the event that ends the job.
Event TextWorker::Prepare(Job& job, std::vector<SequencePtr>* sequences, PooledJobPtr* pooled) {
  if (auto* generate = std::get_if<GenerateRequest>(&job.request)) {
    Result<std::vector<SequencePtr>> prepared = PrepareGenerate(model_, job, *generate);
    if (!prepared.ok()) return Failed(job.id, prepared.status());
    *sequences = std::move(prepared.value());
    return {};
  }
  if (auto* score = std::get_if<ScoreRequest>(&job.request)) {
    Result<std::vector<SequencePtr>> prepared = PrepareScore(model_, job, *score);
    if (!prepared.ok()) return Failed(job.id, prepared.status());
    *sequences = std::move(prepared.value());
    return {};
  }
  if (auto* tokenize = std::get_if<TokenizeRequest>(&job.request)) {
    Result<std::vector<int32_t>> tokens = model_.tokenizer->Encode(
        tokenize->text, {tokenize->add_special, tokenize->parse_special, job.cancel.get()});
    if (!tokens.ok()) return Failed(job.id, tokens.status());
    return Done(job.id, {TokensResult{std::move(tokens.value())}});
  }
  if (std::optional<Result<PooledJobPtr>> prepared = PreparePooled(model_, job)) {
    if (!prepared->ok()) return Failed(job.id, prepared->status());
    *pooled = std::move(prepared->value());
    return {};
  }
  const auto& detokenize = std::get<DetokenizeRequest>(job.request);
  Result<std::string> text = model_.tokenizer->Decode(detokenize.tokens, detokenize.skip_special);
  if (!text.ok()) return Failed(job.id, text.status());
  return Done(job.id, {TextResult{std::move(text.value())}});
}

}  // namespace abstractllm
