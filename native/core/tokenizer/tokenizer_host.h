// A tokenizer with a thread of its own: jobs in, events out, as Engine does it for models.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "cancel.h"
#include "event.h"
#include "job.h"
#include "thread.h"
#include "tokenizer/hf_tokenizer.h"
#include "tokenizer/tokenizer_request.h"

namespace abstractllm {

// Life: Load once; Encode, Decode and Cancel any number of times; Close; Join.
//
// Thread: all methods belong to one thread (JavaScript's). One thread works inside, on one
// job after the other. Every job ends with exactly one done or failed event.
// Owns: the tokenizer and the thread. `sink` must outlive Join.
class TokenizerHost {
 public:
  explicit TokenizerHost(EventSink& sink) : sink_(sink) {}
  ~TokenizerHost();
  TokenizerHost(const TokenizerHost&) = delete;
  TokenizerHost& operator=(const TokenizerHost&) = delete;

  void Load(JobId job, TokenizerFiles files);
  // Before loading is done, or after Close, they fail.
  void Encode(JobId job, EncodeTextsRequest request);
  void Decode(JobId job, DecodeTokensRequest request);
  // Ignored for jobs that are over or unknown.
  void Cancel(JobId job);
  // Cancels everything; done when nothing is left.
  void Close(JobId job);
  // Close without an event; Join must follow.
  void BeginShutdown();
  // Waits for the thread; at once after Close's done event. Idempotent.
  void Join();

 private:
  using Work = std::function<Event(const CancelToken& cancel)>;
  struct Task {
    JobId job;
    CancelTokenPtr cancel;
    Work work;
  };

  void Submit(JobId job, Work work);
  void Run();
  // Waits for the memory that it takes.
  void Post(Event event);
  Event Process(const Task& task) const;

  EventSink& sink_;
  Thread thread_;
  // Set by the thread's first task, which the others wait for.
  std::unique_ptr<HfTokenizer> tokenizer_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> queue_;
  std::unordered_map<JobId, CancelTokenPtr> pending_;
  JobId close_job_ = 0;
  bool stopping_ = false;
};

}  // namespace abstractllm
