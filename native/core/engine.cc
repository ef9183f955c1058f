#include "engine.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "context_memory.h"
#include "embedding/pooled_runner.h"
#include "engine_batch.h"
#include "llama_tokenizer.h"
#include "media/encode_queue.h"
#include "memory_wait.h"
#include "speculation/draft_model.h"

namespace abstractllm {
namespace {

// Loading compiles and tries the chat template, which recurses.
constexpr size_t kInferenceStackBytes = kTokenizerStackBytes;
// Progress of loading is reported in this many steps, not per tensor.
constexpr uint64_t kLoadSteps = 200;
// Sequences that are computed at once. More would slow each other down, and the kernels
// gain little from wider batches.
constexpr int32_t kMaxActive = 32;
// Pictures are encoded for calls that will soon run, not for all that wait: their embeddings
// take megabytes each.
constexpr size_t kEncodedAhead = 8;

Event Failed(JobId job, Status status) { return {job, FailedEvent{std::move(status)}}; }

Status QueueFull(uint32_t limit) {
  return Status::Error(
      Code::kResource,
      "The model has " + std::to_string(limit) +
          " unfinished calls, which is its max_queue. Wait for one "
          "of them, or raise max_queue.",
      {{"max_queue", static_cast<int64_t>(limit)},
       {"remedies", std::vector<std::string>{"Wait for calls to finish before making more.",
                                             "Set max_queue to a larger number."}}});
}

SchedulerLimits LimitsOf(const LoadedModel& model) {
  SchedulerLimits limits;
  limits.cells = static_cast<int32_t>(model.cache_cells);
  limits.sequences = model.max_sequences;
  limits.batch_tokens = static_cast<int32_t>(model.batch_size);
  limits.batch_outputs = static_cast<int32_t>(model.max_outputs);
  limits.active =
      std::min({kMaxActive, limits.sequences, limits.batch_tokens, limits.batch_outputs});
  limits.shares_prefixes = model.shares_prefixes;
  limits.cuts_runs = model.media == nullptr || model.media->encoder->causal();
  return limits;
}

Status NoMemory() {
  return Status::Error(Code::kResource, "There is not enough memory for this call.");
}

Status NotLoaded() {
  return Status::Error(Code::kInvalidRequest, "The model is not loaded, or it was cleaned up.");
}

}  // namespace

Engine::Engine(EventSink& sink)
    : sink_(sink), log_function_([this](LogLevel level, const std::string& text) {
        sink_.Post({0, LogEvent{level, text}});
      }) {}

Engine::~Engine() { Shutdown(); }

void Engine::Load(JobId job, LoadRequest request) {
  Register(job);
  const bool refused = load_asked_ || closing_.load();
  load_asked_ = true;
  max_queue_ = request.max_queue;
  if (refused) {
    Settle(Failed(job, Status::Error(Code::kInvalidRequest, "A model is loaded only once.")));
    return;
  }
  Order order;
  order.job = job;
  order.request = std::move(request);
  Give(std::move(order));
}

void Engine::Measure(JobId job, LoadRequest request, std::vector<NeedVariant> variants) {
  Register(job);
  if (load_asked_ || closing_.load()) {
    Settle(Failed(
        job, Status::Error(Code::kInvalidRequest, "A model is measured before it is loaded.")));
    return;
  }
  Order order;
  order.job = job;
  order.request = std::move(request);
  order.measures = true;
  order.variants = std::move(variants);
  Give(std::move(order));
}

void Engine::Give(Order order) {
  const JobId job = order.job;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    orders_.push_back(std::move(order));
    changed_.notify_all();
  }
  if (thread_.started() || thread_.Start("al-infer", kInferenceStackBytes, [this] { Run(); })) {
    return;
  }
  {
    std::lock_guard<std::mutex> lock(mutex_);
    orders_.clear();
  }
  Settle(Failed(
      job, Status::Error(Code::kResource, "The operating system refused an inference thread.")));
}

std::optional<Engine::Order> Engine::NextOrder() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return closing_.load() || !orders_.empty(); });
  if (closing_.load()) return std::nullopt;
  Order order = std::move(orders_.front());
  orders_.pop_front();
  return order;
}

void Engine::Submit(JobId job, Request request) {
  CancelTokenPtr cancel = Register(job);
  TextWorker* worker = nullptr;
  if (!closing_.load()) {
    std::lock_guard<std::mutex> lock(mutex_);
    worker = text_worker_.get();
  }
  // The worker stays until Join, which runs on this thread.
  if (worker == nullptr) {
    Settle(Failed(job, NotLoaded()));
    return;
  }
  if (usage().queue_depth > max_queue_) {
    Settle(Failed(job, QueueFull(max_queue_)));
    return;
  }
  try {
    worker->Submit({job, std::move(request), std::move(cancel), Clock::now()});
  } catch (const std::bad_alloc&) {
    WhenMemoryAllows([&] { Settle(Failed(job, NoMemory())); });
  }
}

void Engine::Cancel(JobId job) {
  std::unique_lock<std::mutex> lock(mutex_);
  const auto found = jobs_.find(job);
  if (found == jobs_.end()) return;
  found->second->Cancel();
  changed_.notify_all();
  TextWorker* worker = text_worker_.get();
  lock.unlock();
  if (worker != nullptr) worker->DropCancelled();
}

void Engine::BeginClosing(JobId job) {
  std::lock_guard<std::mutex> lock(mutex_);
  close_job_ = job;
  closing_.store(true);
  for (auto& [id, cancel] : jobs_) cancel->Cancel();
  changed_.notify_all();
}

void Engine::Close(JobId job) {
  // After a shutdown nothing is left, and no thread to say so; nor without a thread.
  const bool over = closing_.load() || !thread_.started();
  if (!closing_.load()) BeginClosing(over ? 0 : job);
  if (over) sink_.Post({job, DoneEvent{Nothing{}}});
}

void Engine::Join() {
  if (thread_.started()) thread_.Join();
  std::lock_guard<std::mutex> lock(mutex_);
  text_worker_.reset();
}

void Engine::BeginShutdown() {
  if (!closing_.load()) BeginClosing(0);
}

void Engine::Shutdown() {
  BeginShutdown();
  Join();
}

Usage Engine::usage() const {
  std::lock_guard<std::mutex> lock(mutex_);
  Usage snapshot = usage_;
  snapshot.queue_depth = jobs_.size();
  return snapshot;
}

CancelTokenPtr Engine::Register(JobId job) {
  auto cancel = std::make_shared<CancelToken>();
  std::lock_guard<std::mutex> lock(mutex_);
  jobs_[job] = cancel;
  return cancel;
}

void Engine::Settle(Event event) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto job = jobs_.extract(event.job);
    if (job.empty()) return;
    if (std::holds_alternative<FailedEvent>(event.what)) job.mapped()->Cancel();
  }
  WhenMemoryAllows([&] { sink_.Post(std::move(event)); });
}

template <typename Worker, typename Work>
void Engine::WorkSafely(Worker& worker, Work work) {
  try {
    work();
  } catch (const std::bad_alloc&) {
    FailWork(worker, Code::kResource, "There is not enough memory to go on.");
  } catch (const std::exception& error) {
    FailWork(worker, Code::kInternal, error.what());
  }
}

template <typename Worker>
void Engine::FailWork(Worker& worker, Code code, const char* reason) {
  WhenMemoryAllows([&] {
    const Status status = Status::Error(code, reason);
    worker.FailAll(status);
    SettleAbandoned(status);
  });
}

// Whoever works on a job holds its token; so this list alone holds those of jobs that nobody
// would end.
void Engine::SettleAbandoned(const Status& status) {
  std::vector<Event> ends;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& [job, cancel] : jobs_) {
      if (cancel.use_count() == 1) ends.push_back(Failed(job, status));
    }
  }
  for (Event& end : ends) Settle(std::move(end));
}

void Engine::Admit(std::vector<SequencePtr> sequences) {
  std::lock_guard<std::mutex> lock(mutex_);
  // All of them, or none.
  admitted_.insert(admitted_.end(), std::make_move_iterator(sequences.begin()),
                   std::make_move_iterator(sequences.end()));
  changed_.notify_all();
}

void Engine::AdmitPooled(PooledJobPtr job) {
  std::lock_guard<std::mutex> lock(mutex_);
  admitted_pooled_.push_back(std::move(job));
  changed_.notify_all();
}

void Engine::Run() {
  LowerThreadPriority();
  while (const std::optional<Order> order = NextOrder()) {
    LogScope scope(order->request.log_level, log_function_);
    if (order->measures) {
      MeasureSafely(*order);
    } else if (LoadSafely(order->job, order->request)) {
      // What throws out of it is its preparations.
      WhenMemoryAllows([this] { Serve(*model_); });
    }
  }
  if (text_worker_ != nullptr) text_worker_->Stop();
  // The worker may have admitted a sequence after the decoder was gone.
  std::deque<SequencePtr> late;
  std::deque<PooledJobPtr> late_pooled;
  std::deque<Order> late_orders;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    late_orders.swap(orders_);
    late.swap(admitted_);
    late_pooled.swap(admitted_pooled_);
    usage_ = {};
  }
  WhenMemoryAllows([&] {
    for (const Order& order : late_orders) Settle(Failed(order.job, Status::Aborted()));
    for (const SequencePtr& sequence : late) Settle(Failed(sequence->job, Status::Aborted()));
    for (const PooledJobPtr& pooled : late_pooled) Settle(Failed(pooled->job, Status::Aborted()));
  });
  late.clear();  // samplers refer to the vocabulary
  model_.reset();
  ledger_.Clear();
  WhenMemoryAllows([this] {
    if (close_job_ != 0) sink_.Post({close_job_, DoneEvent{Nothing{}}});
  });
}

void Engine::MeasureSafely(const Order& order) {
  CancelTokenPtr cancel;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    cancel = jobs_[order.job];
  }
  try {
    Result<MemoryNeed> need =
        cancel->cancelled() ? Status::Aborted() : MeasureNeed(order.request, order.variants);
    Settle(need.ok() ? Event{order.job, DoneEvent{std::move(need.value())}}
                     : Failed(order.job, need.status()));
  } catch (const std::bad_alloc&) {
    WhenMemoryAllows([&] { Settle(Failed(order.job, NoMemory())); });
  }
}

bool Engine::LoadSafely(JobId job, const LoadRequest& request) {
  try {
    return LoadInto(job, request);
  } catch (const std::bad_alloc&) {
    WhenMemoryAllows([&] {
      Settle(Failed(
          job, Status::Error(Code::kResource, "There is not enough memory to load the model.")));
    });
  } catch (const std::exception& error) {
    WhenMemoryAllows(
        [&] { Settle(Failed(job, Status::Error(Code::kModelLoading, error.what()))); });
  }
  return false;
}

bool Engine::LoadInto(JobId job, const LoadRequest& request) {
  CancelTokenPtr cancel;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    cancel = jobs_[job];
  }
  uint64_t reported = 0;
  const auto progress = [&](uint64_t done, uint64_t total) {
    if (done >= reported + total / kLoadSteps || (done == total && reported != total)) {
      reported = done;
      sink_.Post({job, ProgressEvent{"load", done, total}});
    }
    return !cancel->cancelled();
  };
  Result<std::unique_ptr<LoadedModel>> loaded = LoadModel(request, progress);
  // Cancelled after the last tensor: the caller has stopped waiting for it.
  if (loaded.ok() && cancel->cancelled()) loaded = Status::Aborted();
  if (!loaded.ok()) {
    Settle(Failed(job, loaded.status()));
    return false;
  }
  JobRouter& router = *this;  // here, because the base is private
  auto worker =
      std::make_unique<TextWorker>(*loaded.value(), router, request.log_level, log_function_);
  if (!worker->Start()) {
    Settle(
        Failed(job, Status::Error(Code::kResource, "The operating system refused a text thread.")));
    return false;
  }
  Event done = {job, DoneEvent{loaded.value()->info}};
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ledger_.Set(loaded.value()->memory);
    usage_.memory = loaded.value()->memory;
    usage_.cells_total = loaded.value()->cache_cells;
    // Nothing fails from here on: who finds a worker is served.
    model_ = std::move(loaded.value());
    text_worker_ = std::move(worker);
  }
  Settle(std::move(done));
  return true;
}

void Engine::Serve(LoadedModel& model) {
  const auto post = [this](Event event) { sink_.Post(std::move(event)); };
  const auto interrupted = [this] { return closing_.load(); };
  ContextMemory memory(model.context.get());
  EngineBatch batch(model, interrupted);
  std::unique_ptr<Drafter> draft_model;
  if (model.draft != nullptr) draft_model = std::make_unique<DraftModel>(*model.draft, interrupted);
  // Usage is published before a caller who heard of something can ask: of a sequence that
  // runs, of a job whose cells are free.
  Decoder decoder(
      LimitsOf(model), memory, batch, std::move(draft_model),
      [this, &decoder](Event event) {
        if (std::holds_alternative<ProgressEvent>(event.what)) Publish(decoder);
        sink_.Post(std::move(event));
      },
      [this, &decoder](Event event) {
        Publish(decoder);
        Settle(std::move(event));
      });
  PooledRunner pooled(
      model, post, [this](Event event) { Settle(std::move(event)); }, interrupted);
  std::optional<EncodeQueue> encoder;
  if (model.media != nullptr) {
    encoder.emplace(
        *model.media, [&decoder](SequencePtr&& sequence) { decoder.Add(std::move(sequence)); },
        post, [this](Event event) { Settle(std::move(event)); }, interrupted);
  }
  Workers workers = {decoder, pooled, encoder.has_value() ? &*encoder : nullptr};
  while (!closing_.load()) {
    // In turns; texts take no longer than the streams' own step, whose gap so stays below
    // three times the usual.
    std::optional<Clock::duration> limit;
    WorkSafely(decoder, [&] {
      Exchange(workers);
      if (closing_.load() || decoder.idle()) return;
      const Clock::time_point start = Clock::now();
      decoder.Step();
      limit = Clock::now() - start;
    });
    if (closing_.load()) break;
    EncodeNext(workers);
    if (closing_.load() || pooled.idle()) continue;
    WorkSafely(pooled, [&] {
      pooled.Step(limit);
      PublishMemory(model, pooled);
    });
  }
  WhenMemoryAllows([&] {
    pooled.FailAll(Status::Aborted());
    if (encoder.has_value()) encoder->FailAll(Status::Aborted());
    decoder.FailAll(Status::Aborted());
  });
}

void Engine::Publish(const Decoder& decoder) {
  const auto cells = static_cast<uint64_t>(decoder.scheduler().cells_used());
  std::lock_guard<std::mutex> lock(mutex_);
  usage_.cells_used = cells;
  usage_.active = decoder.scheduler().active();
  if (model_->media != nullptr) usage_.media_cache_bytes = model_->media->cache.bytes();
}

void Engine::PublishMemory(const LoadedModel& model, const PooledRunner& pooled) {
  std::vector<DeviceMemory> memory = model.memory;
  AddMemory(pooled.memory(), &memory);
  ledger_.Set(memory);
  std::lock_guard<std::mutex> lock(mutex_);
  usage_.memory = std::move(memory);
}

void Engine::EncodeNext(const Workers& workers) {
  EncodeQueue* encoder = workers.encoder;
  if (encoder == nullptr) return;
  if (!encoder->idle()) {
    WorkSafely(*encoder, [&] {
      if (workers.decoder.scheduler().waiting() < kEncodedAhead) {
        encoder->Step();
      } else {
        encoder->DropCancelled();
      }
    });
  }
  // Not only when they are encoded: tiles that truncation left out go with the call.
  const uint64_t released = model_->media->pixels.released();
  if (std::exchange(released_tiles_, released) != released) text_worker_->NotifyRoom();
}

void Engine::Exchange(const Workers& workers) {
  Publish(workers.decoder);
  std::unique_lock<std::mutex> lock(mutex_);
  const bool encodes = workers.encoder != nullptr && !workers.encoder->idle();
  if (workers.decoder.idle() && workers.pooled.idle() && !encodes) {
    changed_.wait(lock, [this] {
      return closing_.load() || !admitted_.empty() || !admitted_pooled_.empty();
    });
  }
  while (!admitted_.empty()) {
    SequencePtr& sequence = admitted_.front();
    if (sequence->media.empty()) {
      workers.decoder.Add(std::move(sequence));
    } else {
      workers.encoder->Add(std::move(sequence));
    }
    admitted_.pop_front();
  }
  while (!admitted_pooled_.empty()) {
    workers.pooled.Add(std::move(admitted_pooled_.front()));
    admitted_pooled_.pop_front();
  }
}

}  // namespace abstractllm
