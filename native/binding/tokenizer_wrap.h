// NativeTokenizer of src/native/tokenizer.ts: a JavaScript object's hold on a tokenizer
// without a model.
#pragma once

#include <memory>

#include "addon_data.h"
#include "napi_setup.h"

namespace abstractllm {

// Thread: JavaScript's. Collected without close(), it asks for the end of its thread.
class TokenizerWrap final : public Napi::ObjectWrap<TokenizerWrap> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit TokenizerWrap(const Napi::CallbackInfo& info);

  void Finalize(Napi::BasicEnv env) override;

 private:
  Napi::Value Load(const Napi::CallbackInfo& info);
  Napi::Value Encode(const Napi::CallbackInfo& info);
  Napi::Value Decode(const Napi::CallbackInfo& info);
  Napi::Value Cancel(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  JobId NewJob(Napi::Env env);

  std::shared_ptr<TokenizerEntry> entry_;
};

}  // namespace abstractllm
