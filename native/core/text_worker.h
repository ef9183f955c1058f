// The thread that turns text into tokens, so that neither JavaScript nor decoding
// waits for it: chat templates, tokenising, grammars, detokenising.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "embedding/pooled_job.h"
#include "job.h"
#include "loaded_model.h"
#include "sequence.h"
#include "thread.h"

namespace abstractllm {

// What becomes of a job that the worker has finished with. Thread: the worker calls it, or
// who calls Submit, DropCancelled or Stop.
class JobRouter {
 public:
  virtual ~JobRouter() = default;
  // The job goes on: decode them.
  virtual void Admit(std::vector<SequencePtr> sequences) = 0;
  // The job goes on: run its texts through the model.
  virtual void AdmitPooled(PooledJobPtr job) = 0;
  // The job is over. Does not throw for lack of memory.
  virtual void Settle(Event event) = 0;
};

// Thread: any for Submit and DropCancelled. Its own thread has a large stack, because the
// engine's tokenizers, templates and grammars recurse.
// Owns: the thread and the queue. `model` and `router` must outlive it.
class TextWorker {
 public:
  TextWorker(const LoadedModel& model, JobRouter& router, LogLevel log_level,
             LogFunction log_function);
  ~TextWorker();

  // False if the system refuses a thread.
  bool Start();
  void Submit(Job job);
  // Fails the queued jobs whose token is cancelled with ABORTED, so that they need not wait
  // for their turn. Settles on the calling thread, under no lock of the worker.
  void DropCancelled();
  // Pictures that were read have been encoded: others may be read.
  void NotifyRoom();
  // Fails all queued jobs with ABORTED, lets the running one end, and joins.
  void Stop();

 private:
  void Run();
  // Not for a job with pictures while there are too many.
  bool MayProcess(const Job& job) const;
  void Process(Job& job);
  // Settles the job as aborted.
  void Abort(JobId job);
  Event Prepare(Job& job, std::vector<SequencePtr>* sequences, PooledJobPtr* pooled);

  const LoadedModel& model_;
  JobRouter& router_;
  LogLevel log_level_;
  LogFunction log_function_;
  Thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  bool stopping_ = false;
};

}  // namespace abstractllm
