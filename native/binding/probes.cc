#include "probes.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "event_to_js.h"
#include "memory_bandwidth.h"
#include "status.h"
#include "template_features.h"

namespace abstractllm {
namespace {

template <typename Value>
class ProbeWorker final : public Napi::AsyncWorker {
 public:
  using Ask = std::function<Result<Value>()>;
  using Convert = Napi::Value (*)(Napi::Env, const Value&);

  // Deletes itself when done.
  static Napi::Promise Start(Napi::Env env, Ask ask, Convert convert) {
    auto* worker = new ProbeWorker(env, std::move(ask), convert);
    Napi::Promise promise = worker->deferred_.Promise();
    worker->Queue();
    return promise;
  }

 private:
  ProbeWorker(Napi::Env env, Ask ask, Convert convert)
      : Napi::AsyncWorker(env), ask_(std::move(ask)), convert_(convert), deferred_(env) {}

  void Execute() override { result_.emplace(ask_()); }

  void OnOK() override {
    if (result_->ok()) {
      deferred_.Resolve(convert_(Env(), result_->value()));
    } else {
      deferred_.Reject(FailureToJs(Env(), result_->status()));
    }
  }

  void OnError(const Napi::Error& error) override {
    deferred_.Reject(FailureToJs(Env(), Status::Error(Code::kInternal, error.Message())));
  }

  Ask ask_;
  Convert convert_;
  std::optional<Result<Value>> result_;
  Napi::Promise::Deferred deferred_;
};

Napi::Value FeaturesToJs(Napi::Env env, const TemplateFeatures& features) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("systemRole", features.system_role);
  object.Set("tools", features.tools);
  object.Set("toolCalls", features.tool_calls);
  object.Set("parallelToolCalls", features.parallel_tool_calls);
  object.Set("typedContent", features.typed_content);
  object.Set("reasoningHistory", features.reasoning_history);
  object.Set("reasoningEffort", features.reasoning_effort);
  object.Set("thinkingSwitch", features.thinking_switch);
  object.Set("thinkingOpened", features.thinking_opened);
  return object;
}

}  // namespace

Napi::Value TryTemplateJs(const Napi::CallbackInfo& info) {
  if (!info[0].IsString()) throw Napi::TypeError::New(info.Env(), "expected a string");
  std::string source = info[0].As<Napi::String>().Utf8Value();
  return ProbeWorker<TemplateFeatures>::Start(
      info.Env(), [source = std::move(source)] { return TryTemplate(source); }, FeaturesToJs);
}

Napi::Value MeasureMemoryBandwidthJs(const Napi::CallbackInfo& info) {
  return ProbeWorker<double>::Start(info.Env(), MeasureMemoryBandwidth,
                                    [](Napi::Env env, const double& rate) -> Napi::Value {
                                      return Napi::Number::New(env, rate);
                                    });
}

}  // namespace abstractllm
