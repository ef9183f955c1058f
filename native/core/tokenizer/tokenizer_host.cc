#include "tokenizer/tokenizer_host.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "memory_wait.h"
#include "tokenizer/encode_texts.h"
#include "tokenizer/open_tokenizer.h"

namespace abstractllm {
namespace {

// Nothing recurses but the reader of JSON, whose depth is bounded.
constexpr size_t kStackBytes = size_t{1} << 20;

Event Failed(JobId job, Status status) { return {job, FailedEvent{std::move(status)}}; }

Status NoMemory() { return Status::Error(Code::kResource, "There is not enough memory for this."); }

Event NotLoaded(JobId job) {
  return Failed(job, Status::Error(Code::kInvalidRequest, "The tokenizer is not loaded."));
}

template <typename T>
Event Ended(JobId job, Result<T> result) {
  if (!result.ok()) return Failed(job, result.status());
  return {job, DoneEvent{std::move(result.value())}};
}

}  // namespace

TokenizerHost::~TokenizerHost() {
  BeginShutdown();
  Join();
}

void TokenizerHost::Submit(JobId job, Work work) try {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (stopping_ || !thread_.started()) {
    Post(Failed(job, Status::Error(Code::kInvalidRequest, "The tokenizer is closed.")));
    return;
  }
  Task task = {job, std::make_shared<CancelToken>(), std::move(work)};
  CancelTokenPtr& pending = pending_[job];
  pending = task.cancel;
  queue_.push_back(std::move(task));
  changed_.notify_one();
} catch (const std::bad_alloc&) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    pending_.erase(job);
  }
  WhenMemoryAllows([&] { Post(Failed(job, NoMemory())); });
}

void TokenizerHost::Load(JobId job, TokenizerFiles files) {
  if (!thread_.started() && !thread_.Start("al-tokenizer", kStackBytes, [this] { Run(); })) {
    Post(Failed(job, Status::Error(Code::kResource, "The system refused a thread.")));
    return;
  }
  Submit(job, [this, job, files = std::move(files)](const CancelToken&) {
    auto opened = OpenTokenizer(files);
    if (!opened.ok()) return Failed(job, opened.status());
    tokenizer_ = std::move(opened.value());
    return Event{job, DoneEvent{TokenizerInfo{tokenizer_->vocabulary_size()}}};
  });
}

void TokenizerHost::Encode(JobId job, EncodeTextsRequest request) {
  Submit(job, [this, job, request = std::move(request)](const CancelToken& cancel) {
    if (tokenizer_ == nullptr) return NotLoaded(job);
    return Ended(job, EncodeTexts(*tokenizer_, request, cancel));
  });
}

void TokenizerHost::Decode(JobId job, DecodeTokensRequest request) {
  Submit(job, [this, job, request = std::move(request)](const CancelToken&) {
    if (tokenizer_ == nullptr) return NotLoaded(job);
    Result<std::string> text = tokenizer_->Decode(request.tokens, request.skip_special);
    if (!text.ok()) return Failed(job, text.status());
    return Event{job, DoneEvent{TextResult{std::move(text.value())}}};
  });
}

void TokenizerHost::Cancel(JobId job) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = pending_.find(job);
    if (found == pending_.end()) return;
    found->second->Cancel();
    const auto queued = std::find_if(queue_.begin(), queue_.end(),
                                     [&](const Task& task) { return task.job == job; });
    // The thread that works on it ends it; what has not begun need not wait for that thread.
    if (queued == queue_.end()) return;
    queue_.erase(queued);
    pending_.erase(found);
  }
  WhenMemoryAllows([&] { Post(Failed(job, Status::Aborted())); });
}

void TokenizerHost::BeginShutdown() {
  const std::lock_guard<std::mutex> lock(mutex_);
  stopping_ = true;
  for (auto& [job, cancel] : pending_) cancel->Cancel();
  changed_.notify_one();
}

void TokenizerHost::Close(JobId job) {
  const bool running = thread_.started();
  if (running) {
    const std::lock_guard<std::mutex> lock(mutex_);
    close_job_ = job;
  }
  BeginShutdown();
  if (!running) Post({job, DoneEvent{Nothing{}}});
}

void TokenizerHost::Join() {
  if (thread_.started()) thread_.Join();
}

void TokenizerHost::Post(Event event) {
  WhenMemoryAllows([&] { sink_.Post(std::move(event)); });
}

Event TokenizerHost::Process(const Task& task) const {
  Event event;
  try {
    if (task.cancel->cancelled()) return Failed(task.job, Status::Aborted());
    return task.work(*task.cancel);
  } catch (const std::bad_alloc&) {
    WhenMemoryAllows([&] { event = Failed(task.job, NoMemory()); });
  } catch (const std::exception& error) {
    WhenMemoryAllows(
        [&] { event = Failed(task.job, Status::Error(Code::kInternal, error.what())); });
  }
  return event;
}

void TokenizerHost::Run() {
  for (;;) {
    Task task;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) break;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    Event event = Process(task);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      pending_.erase(task.job);
    }
    Post(std::move(event));
  }
  tokenizer_.reset();
  if (close_job_ != 0) Post({close_job_, DoneEvent{Nothing{}}});
}

}  // namespace abstractllm
