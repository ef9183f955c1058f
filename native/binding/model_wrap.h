// NativeModel of src/native/binding.ts: a JavaScript object's hold on an engine.
#pragma once

#include <memory>

#include "addon_data.h"
#include "napi_setup.h"

namespace abstractllm {

// Thread: JavaScript's. Collected without close(), it asks its engine to close.
class ModelWrap final : public Napi::ObjectWrap<ModelWrap> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit ModelWrap(const Napi::CallbackInfo& info);

  void Finalize(Napi::BasicEnv env) override;

 private:
  Napi::Value Id(const Napi::CallbackInfo& info);
  Napi::Value Measure(const Napi::CallbackInfo& info);
  Napi::Value Load(const Napi::CallbackInfo& info);
  Napi::Value Generate(const Napi::CallbackInfo& info);
  Napi::Value Score(const Napi::CallbackInfo& info);
  Napi::Value Embed(const Napi::CallbackInfo& info);
  Napi::Value Rerank(const Napi::CallbackInfo& info);
  Napi::Value Classify(const Napi::CallbackInfo& info);
  Napi::Value Tokenize(const Napi::CallbackInfo& info);
  Napi::Value Detokenize(const Napi::CallbackInfo& info);
  Napi::Value Cancel(const Napi::CallbackInfo& info);
  Napi::Value GetUsage(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  Napi::Value Submit(Napi::Env env, Request request);
  JobId NewJob(Napi::Env env);

  ModelId id_ = 0;
  std::shared_ptr<EngineEntry> entry_;
};

}  // namespace abstractllm
