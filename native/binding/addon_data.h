// Everything that belongs to one JavaScript environment (the main thread, or a worker).
#pragma once

#include <memory>
#include <unordered_map>

#include "engine.h"
#include "event_bridge.h"
#include "napi_setup.h"
#include "tokenizer/tokenizer_host.h"

namespace abstractllm {

// An engine, or a tokenizer without one, and the sink that marks its events.
template <typename Host>
struct HostEntry {
  struct Sink final : EventSink {
    Sink(EventBridge& target, ModelId model) : bridge(target), id(model) {}
    void Post(Event&& event) override { bridge.Post(id, std::move(event)); }
    EventBridge& bridge;
    ModelId id;
  };

  HostEntry(EventBridge& bridge, ModelId id) : sink(bridge, id), engine(sink) {}
  Sink sink;
  Host engine;
  JobId close_job = 0;
};

using EngineEntry = HostEntry<Engine>;
using TokenizerEntry = HostEntry<TokenizerHost>;

// Thread: JavaScript's. Owns: all engines and tokenizers of the environment; each is closed
// exactly once: by cleanup, by garbage collection, or by the end of the environment.
class AddonData {
 public:
  explicit AddonData(Napi::Env env);
  ~AddonData();
  AddonData(const AddonData&) = delete;
  AddonData& operator=(const AddonData&) = delete;

  static AddonData& Of(Napi::Env env) { return *env.GetInstanceData<AddonData>(); }

  EventBridge& bridge() { return bridge_; }
  JobId NextJob() { return ++last_job_; }
  std::pair<ModelId, std::shared_ptr<EngineEntry>> CreateEngine();
  std::pair<ModelId, std::shared_ptr<TokenizerEntry>> CreateTokenizer();
  // Asks for the end of what an entry has; the entry goes when that is done.
  JobId CloseEngine(EngineEntry& entry);
  JobId CloseTokenizer(TokenizerEntry& entry);
  // Cancels, frees and joins everything on this thread. Idempotent.
  void ShutdownEngines();

  Napi::FunctionReference model_constructor;
  Napi::FunctionReference tokenizer_constructor;

 private:
  void OnSettled(ModelId model, JobId job);

  EventBridge bridge_;
  std::unordered_map<ModelId, std::shared_ptr<EngineEntry>> engines_;
  std::unordered_map<ModelId, std::shared_ptr<TokenizerEntry>> tokenizers_;
  ModelId last_model_ = 0;
  JobId last_job_ = 0;
};

}  // namespace abstractllm
