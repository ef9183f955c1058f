#include "addon_data.h"

namespace abstractllm {

namespace {

// The last event of its last job has arrived: its thread is returning, so joining it does not
// wait.
template <typename Entries>
void ForgetClosed(ModelId model, JobId job, Entries* entries) {
  const auto found = entries->find(model);
  if (found == entries->end() || found->second->close_job != job) return;
  found->second->engine.Join();
  entries->erase(found);
}

}  // namespace

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

std::pair<ModelId, std::shared_ptr<TokenizerEntry>> AddonData::CreateTokenizer() {
  const ModelId id = ++last_model_;
  auto entry = std::make_shared<TokenizerEntry>(bridge_, id);
  tokenizers_[id] = entry;
  return {id, entry};
}

JobId AddonData::CloseTokenizer(TokenizerEntry& entry) {
  if (entry.close_job == 0) {
    entry.close_job = NextJob();
    entry.engine.Close(entry.close_job);
  }
  return entry.close_job;
}

void AddonData::ShutdownEngines() {
  for (auto& [id, entry] : engines_) entry->engine.BeginShutdown();
  for (auto& [id, entry] : tokenizers_) entry->engine.BeginShutdown();
  for (auto& [id, entry] : engines_) entry->engine.Join();
  for (auto& [id, entry] : tokenizers_) entry->engine.Join();
  engines_.clear();
  tokenizers_.clear();
}

void AddonData::OnSettled(ModelId model, JobId job) {
  ForgetClosed(model, job, &engines_);
  ForgetClosed(model, job, &tokenizers_);
}

}  // namespace abstractllm
