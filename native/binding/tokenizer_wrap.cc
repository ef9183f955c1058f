#include "tokenizer_wrap.h"

#include "convert.h"
#include "js_fields.h"

namespace abstractllm {
namespace {

Napi::Object ObjectArgument(const Napi::CallbackInfo& info) {
  if (!info[0].IsObject()) throw Napi::TypeError::New(info.Env(), "expected an object");
  return info[0].As<Napi::Object>();
}

Napi::Value JobToJs(Napi::Env env, JobId job) {
  return Napi::Number::New(env, static_cast<double>(job));
}

std::optional<bool> FlagField(const Napi::Object& object, const char* name) {
  if (object.Get(name).IsUndefined()) return std::nullopt;
  return OptionalBoolField(object, name);
}

TokenizerFiles FilesFromJs(const Napi::Object& object) {
  TokenizerFiles files;
  files.path = StringField(object, "tokenizerJson");
  files.add_bos = FlagField(object, "addBos");
  files.add_eos = FlagField(object, "addEos");
  files.bos_text = OptionalStringField(object, "bos");
  files.eos_text = OptionalStringField(object, "eos");
  files.clean_up_spaces = OptionalBoolField(object, "cleanUpSpaces");
  return files;
}

}  // namespace

Napi::Function TokenizerWrap::Define(Napi::Env env) {
  return DefineClass(env, "NativeTokenizer",
                     {
                         InstanceMethod<&TokenizerWrap::Load>("load"),
                         InstanceMethod<&TokenizerWrap::Encode>("encode"),
                         InstanceMethod<&TokenizerWrap::Decode>("decode"),
                         InstanceMethod<&TokenizerWrap::Cancel>("cancel"),
                         InstanceMethod<&TokenizerWrap::Close>("close"),
                     });
}

TokenizerWrap::TokenizerWrap(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<TokenizerWrap>(info),
      entry_(AddonData::Of(info.Env()).CreateTokenizer().second) {}

void TokenizerWrap::Finalize(Napi::BasicEnv env) {
  auto* data = env.GetInstanceData<AddonData>();
  // Null when the environment ends and its data went first.
  if (data != nullptr && entry_ != nullptr) data->CloseTokenizer(*entry_);
}

JobId TokenizerWrap::NewJob(Napi::Env env) {
  AddonData& data = AddonData::Of(env);
  const JobId job = data.NextJob();
  data.bridge().KeepAliveFor(job);
  return job;
}

Napi::Value TokenizerWrap::Load(const Napi::CallbackInfo& info) {
  TokenizerFiles files = FilesFromJs(ObjectArgument(info));
  const JobId job = NewJob(info.Env());
  entry_->engine.Load(job, std::move(files));
  return JobToJs(info.Env(), job);
}

Napi::Value TokenizerWrap::Encode(const Napi::CallbackInfo& info) {
  const Napi::Object object = ObjectArgument(info);
  EncodeTextsRequest request;
  request.texts = StringsField(object, "texts");
  request.add_special = OptionalBoolField(object, "addSpecial");
  request.parse_special = OptionalBoolField(object, "parseSpecial");
  request.with_places = OptionalBoolField(object, "withPlaces");
  const JobId job = NewJob(info.Env());
  entry_->engine.Encode(job, std::move(request));
  return JobToJs(info.Env(), job);
}

Napi::Value TokenizerWrap::Decode(const Napi::CallbackInfo& info) {
  DecodeTokensRequest request;
  request.tokens = TokensFromJs(info[0], "tokens");
  request.skip_special = info[1].ToBoolean().Value();
  const JobId job = NewJob(info.Env());
  entry_->engine.Decode(job, std::move(request));
  return JobToJs(info.Env(), job);
}

Napi::Value TokenizerWrap::Cancel(const Napi::CallbackInfo& info) {
  entry_->engine.Cancel(static_cast<JobId>(info[0].ToNumber().Int64Value()));
  return info.Env().Undefined();
}

Napi::Value TokenizerWrap::Close(const Napi::CallbackInfo& info) {
  AddonData& data = AddonData::Of(info.Env());
  // Registered before the thread can answer.
  if (entry_->close_job == 0) {
    entry_->close_job = data.NextJob();
    data.bridge().KeepAliveFor(entry_->close_job);
    entry_->engine.Close(entry_->close_job);
  }
  return JobToJs(info.Env(), entry_->close_job);
}

}  // namespace abstractllm
