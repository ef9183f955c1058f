// One loaded model with its threads: jobs in, events out.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "cancel.h"
#include "decoder.h"
#include "embedding/pooled_job.h"
#include "event.h"
#include "job.h"
#include "loaded_model.h"
#include "memory_ledger.h"
#include "memory_need.h"
#include "sequence.h"
#include "text_worker.h"
#include "thread.h"

namespace abstractllm {

class EncodeQueue;
class PooledRunner;

struct Usage {
  std::vector<DeviceMemory> memory;  // empty until loaded
  uint64_t queue_depth = 0;          // jobs accepted and not settled
  uint64_t active = 0;               // sequences that are being computed
  uint64_t cells_used = 0;           // of the KV cache, those of finished calls included
  uint64_t cells_total = 0;
  uint64_t media_cache_bytes = 0;  // of pictures and sounds, encoded and kept
};

// Life: Measure any number of times; Load once; Submit and Cancel any number of times; Close; Join.
//
// Thread: Measure, Load, Submit, Close and Join belong to one thread (JavaScript's); Cancel, until
// Join, and usage are free. Two threads work inside: "al-infer" loads, decodes and frees, and is
// the only one that touches the context; "al-text" prepares (text_worker.h).
//
// Every job ends with exactly one done or failed event, whatever happens.
// Owns: the model and both threads. `sink` must outlive Join.
class Engine final : private JobRouter {
 public:
  explicit Engine(EventSink& sink);
  ~Engine() override;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void Load(JobId job, LoadRequest request);
  // What loading would take. Any number of times before Load; afterwards it is refused.
  void Measure(JobId job, LoadRequest request, std::vector<NeedVariant> variants);
  // A job submitted before loading is done, or after Close, fails.
  void Submit(JobId job, Request request);
  // Ignored for jobs that are over or unknown.
  void Cancel(JobId job);
  // Cancels everything, then frees the model on its own thread; done when that is done.
  void Close(JobId job);
  // Waits for the inference thread; at once after Close's done event. Idempotent.
  void Join();
  // Close without an event; Join must follow. For the end of an environment, where all
  // engines begin before any is joined: they may wait for each other's turns.
  void BeginShutdown();
  // Both.
  void Shutdown();

  Usage usage() const;

 private:
  // Of the inference thread.
  struct Order {
    JobId job = 0;
    LoadRequest request;
    bool measures = false;  // instead of loading
    std::vector<NeedVariant> variants;
  };
  void Give(Order order);
  // Waits for one; none when closing.
  std::optional<Order> NextOrder();
  void Run();
  void MeasureSafely(const Order& order);
  // The decode loop; returns when closing.
  void Serve(LoadedModel& model);
  // Makes the decoder's state known to usage().
  void Publish(const Decoder& decoder);
  void PublishMemory(const LoadedModel& model, const PooledRunner& pooled);
  // Who works in turns on the inference thread.
  struct Workers {
    Decoder& decoder;
    PooledRunner& pooled;
    EncodeQueue* encoder;  // null for a model that takes text only
  };
  // Encodes the next part of a picture, unless enough wait that have theirs; and has others read
  // where pictures were let go.
  void EncodeNext(const Workers& workers);
  // Hands over what was admitted. Waits while there is nothing to do.
  void Exchange(const Workers& workers);
  // Ends what `worker` has when `work` throws: nothing may leave the thread's function, or the
  // process ends.
  template <typename Worker, typename Work>
  void WorkSafely(Worker& worker, Work work);
  template <typename Worker>
  void FailWork(Worker& worker, Code code, const char* reason);
  // Ends the jobs that an exception took along.
  void SettleAbandoned(const Status& status);
  // Settles the load job, whatever happens; true if the model is there.
  bool LoadSafely(JobId job, const LoadRequest& request);
  bool LoadInto(JobId job, const LoadRequest& request);
  void BeginClosing(JobId job);
  CancelTokenPtr Register(JobId job);
  void Admit(std::vector<SequencePtr> sequences) override;
  void AdmitPooled(PooledJobPtr job) override;
  // For jobs that are over already, nothing: theirs is the first end. What is left of a job that
  // failed is cancelled. Waits for memory, and does not throw for lack of it.
  void Settle(Event event) override;

  EventSink& sink_;
  Thread thread_;
  LogFunction log_function_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<JobId, CancelTokenPtr> jobs_;  // not settled yet
  std::deque<Order> orders_;
  std::deque<SequencePtr> admitted_;
  std::deque<PooledJobPtr> admitted_pooled_;
  Usage usage_;
  LedgerEntry ledger_;
  uint64_t released_tiles_ = 0;  // the inference thread's
  uint32_t max_queue_ = 0;
  bool load_asked_ = false;
  JobId close_job_ = 0;
  std::atomic<bool> closing_{false};

  std::unique_ptr<LoadedModel> model_;
  std::unique_ptr<TextWorker> text_worker_;  // guarded by mutex_ for Submit
};

}  // namespace abstractllm
