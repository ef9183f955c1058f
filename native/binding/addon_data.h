// Everything that belongs to one JavaScript environment (the main thread, or a worker).
#pragma once

#include <memory>
#include <unordered_map>

#include "engine.h"
#include "event_bridge.h"
#include "napi_setup.h"

namespace abstractllm {

// An engine and the sink that marks its events.
struct EngineEntry {
  struct Sink final : EventSink {
    Sink(EventBridge& target, ModelId model) : bridge(target), id(model) {}
    void Post(Event&& event) override { bridge.Post(id, std::move(event)); }
    EventBridge& bridge;
    ModelId id;
  };

  EngineEntry(EventBridge& bridge, ModelId id) : sink(bridge, id), engine(sink) {}
  Sink sink;
  Engine engine;
  JobId close_job = 0;
};

// Thread: JavaScript's. Owns: all engines of the environment; each is closed exactly
// once: by cleanup, by garbage collection, or by the end of the environment.
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
  // Asks an engine to free its model; its entry goes when that is done.
  JobId CloseEngine(EngineEntry& entry);
  // Cancels, frees and joins everything on this thread. Idempotent.
  void ShutdownEngines();

  Napi::FunctionReference model_constructor;

 private:
  void OnSettled(ModelId model, JobId job);

  EventBridge bridge_;
  std::unordered_map<ModelId, std::shared_ptr<EngineEntry>> engines_;
  ModelId last_model_ = 0;
  JobId last_job_ = 0;
};

}  // namespace abstractllm
