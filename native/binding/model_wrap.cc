#include "model_wrap.h"

#include "convert.h"
#include "convert_placement.h"
#include "event_to_js.h"

namespace abstractllm {
namespace {

Napi::Object ObjectArgument(const Napi::CallbackInfo& info) {
  if (!info[0].IsObject()) throw Napi::TypeError::New(info.Env(), "expected an object");
  return info[0].As<Napi::Object>();
}

bool BoolArgument(const Napi::CallbackInfo& info, size_t index) {
  if (!info[index].IsBoolean()) throw Napi::TypeError::New(info.Env(), "expected a boolean");
  return info[index].As<Napi::Boolean>().Value();
}

Napi::Value JobToJs(Napi::Env env, JobId job) {
  return Napi::Number::New(env, static_cast<double>(job));
}

}  // namespace

Napi::Function ModelWrap::Define(Napi::Env env) {
  return DefineClass(env, "NativeModel",
                     {
                         InstanceAccessor<&ModelWrap::Id>("id"),
                         InstanceMethod<&ModelWrap::Measure>("measure"),
                         InstanceMethod<&ModelWrap::Load>("load"),
                         InstanceMethod<&ModelWrap::Generate>("generate"),
                         InstanceMethod<&ModelWrap::Score>("score"),
                         InstanceMethod<&ModelWrap::Embed>("embed"),
                         InstanceMethod<&ModelWrap::Rerank>("rerank"),
                         InstanceMethod<&ModelWrap::Classify>("classify"),
                         InstanceMethod<&ModelWrap::Tokenize>("tokenize"),
                         InstanceMethod<&ModelWrap::Detokenize>("detokenize"),
                         InstanceMethod<&ModelWrap::Cancel>("cancel"),
                         InstanceMethod<&ModelWrap::GetUsage>("usage"),
                         InstanceMethod<&ModelWrap::Close>("close"),
                     });
}

ModelWrap::ModelWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<ModelWrap>(info) {
  std::tie(id_, entry_) = AddonData::Of(info.Env()).CreateEngine();
}

void ModelWrap::Finalize(Napi::BasicEnv env) {
  auto* data = env.GetInstanceData<AddonData>();
  // Null when the environment ends and its data went first.
  if (data != nullptr && entry_ != nullptr) data->CloseEngine(*entry_);
}

Napi::Value ModelWrap::Id(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), id_);
}

JobId ModelWrap::NewJob(Napi::Env env) {
  AddonData& data = AddonData::Of(env);
  const JobId job = data.NextJob();
  data.bridge().KeepAliveFor(job);
  return job;
}

Napi::Value ModelWrap::Submit(Napi::Env env, Request request) {
  const JobId job = NewJob(env);
  entry_->engine.Submit(job, std::move(request));
  return JobToJs(env, job);
}

Napi::Value ModelWrap::Measure(const Napi::CallbackInfo& info) {
  LoadRequest request = LoadRequestFromJs(ObjectArgument(info));
  std::vector<NeedVariant> variants = NeedVariantsFromJs(info[1]);
  const JobId job = NewJob(info.Env());
  entry_->engine.Measure(job, std::move(request), std::move(variants));
  return JobToJs(info.Env(), job);
}

Napi::Value ModelWrap::Load(const Napi::CallbackInfo& info) {
  LoadRequest request = LoadRequestFromJs(ObjectArgument(info));
  const JobId job = NewJob(info.Env());
  entry_->engine.Load(job, std::move(request));
  return JobToJs(info.Env(), job);
}

Napi::Value ModelWrap::Generate(const Napi::CallbackInfo& info) {
  return Submit(info.Env(), GenerateRequestFromJs(ObjectArgument(info)));
}

Napi::Value ModelWrap::Score(const Napi::CallbackInfo& info) {
  return Submit(info.Env(), ScoreRequestFromJs(ObjectArgument(info)));
}

Napi::Value ModelWrap::Embed(const Napi::CallbackInfo& info) {
  return Submit(info.Env(), EmbedRequestFromJs(ObjectArgument(info)));
}

Napi::Value ModelWrap::Rerank(const Napi::CallbackInfo& info) {
  return Submit(info.Env(), RerankRequestFromJs(ObjectArgument(info)));
}

Napi::Value ModelWrap::Classify(const Napi::CallbackInfo& info) {
  return Submit(info.Env(), ClassifyRequestFromJs(ObjectArgument(info)));
}

Napi::Value ModelWrap::Tokenize(const Napi::CallbackInfo& info) {
  if (!info[0].IsString()) throw Napi::TypeError::New(info.Env(), "expected a string");
  return Submit(info.Env(), TokenizeRequest{info[0].As<Napi::String>().Utf8Value(),
                                            BoolArgument(info, 1), BoolArgument(info, 2)});
}

Napi::Value ModelWrap::Detokenize(const Napi::CallbackInfo& info) {
  return Submit(info.Env(),
                DetokenizeRequest{TokensFromJs(info[0], "tokens"), BoolArgument(info, 1)});
}

Napi::Value ModelWrap::Cancel(const Napi::CallbackInfo& info) {
  entry_->engine.Cancel(static_cast<JobId>(info[0].ToNumber().Int64Value()));
  return info.Env().Undefined();
}

Napi::Value ModelWrap::GetUsage(const Napi::CallbackInfo& info) {
  return UsageToJs(info.Env(), entry_->engine.usage());
}

Napi::Value ModelWrap::Close(const Napi::CallbackInfo& info) {
  AddonData& data = AddonData::Of(info.Env());
  const bool first = entry_->close_job == 0;
  // Registered before the engine can answer.
  if (first) {
    entry_->close_job = data.NextJob();
    data.bridge().KeepAliveFor(entry_->close_job);
    entry_->engine.Close(entry_->close_job);
  }
  return JobToJs(info.Env(), entry_->close_job);
}

}  // namespace abstractllm
