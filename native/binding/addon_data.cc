#include "addon_data.h"

namespace abstractllm {

AddonData::AddonData(Napi::Env env)
    : bridge_(env, [this](ModelId model, JobId job) { OnSettled(model, job); }) {}

AddonData::~AddonData() { ShutdownEngines(); }

std::pair<ModelId, std::shared_ptr<EngineEntry>> AddonData::CreateEngine() {
  const ModelId id = ++last_model_;
  auto entry = std::make_shared<EngineEntry>(bridge_, id);
  engines_[id] = entry;
  return {id, entry};
}

JobId AddonData::CloseEngine(EngineEntry& entry) {
  if (entry.close_job == 0) {
    entry.close_job = NextJob();
    entry.engine.Close(entry.close_job);
  }
  return entry.close_job;
}

void AddonData::ShutdownEngines() {
  for (auto& [id, entry] : engines_) entry->engine.BeginShutdown();
  for (auto& [id, entry] : engines_) entry->engine.Join();
  engines_.clear();
}

void AddonData::OnSettled(ModelId model, JobId job) {
  const auto found = engines_.find(model);
  if (found == engines_.end() || found->second->close_job != job) return;
  // The thread has posted its last event and is returning, so this does not wait.
  found->second->engine.Join();
  engines_.erase(found);
}

}  // namespace abstractllm
