// The addon's exports: NativeBinding of src/native/binding.ts.
#include "addon_data.h"
#include "backend.h"
#include "codes.h"
#include "convert_plan.h"
#include "event_to_js.h"
#include "file_lock_wrap.h"
#include "image_worker.h"
#include "inspect_worker.h"
#include "memory_ledger.h"
#include "model_wrap.h"
#include "napi_setup.h"
#include "probes.h"
#include "safetensors_worker.h"
#include "tokenizer_wrap.h"

namespace abstractllm {
namespace {

std::string StringArgument(const Napi::CallbackInfo& info) {
  if (!info[0].IsString()) throw Napi::TypeError::New(info.Env(), "expected a string");
  return info[0].As<Napi::String>().Utf8Value();
}

// Returns the failure, if any: TypeScript makes the error (src/native/load.ts).
Napi::Value Initialize(const Napi::CallbackInfo& info) {
  const Status status = InitBackend(StringArgument(info));
  if (status.ok()) return info.Env().Undefined();
  return FailureToJs(info.Env(), status);
}

Napi::Value SetEventHandler(const Napi::CallbackInfo& info) {
  if (!info[0].IsFunction()) throw Napi::TypeError::New(info.Env(), "expected a function");
  AddonData::Of(info.Env()).bridge().SetHandler(info[0].As<Napi::Function>());
  // After the channel: hooks run last-in first-out, so this one runs while the channel
  // still stands, and joins every thread that could use it.
  info.Env().AddCleanupHook(
      [](AddonData* data) {
        data->ShutdownEngines();
        data->bridge().Close();
      },
      &AddonData::Of(info.Env()));
  return info.Env().Undefined();
}

Napi::Value ListDevicesJs(const Napi::CallbackInfo& info) {
  const std::vector<Device> devices = ListDevices();
  Napi::Array array = Napi::Array::New(info.Env(), devices.size());
  for (size_t i = 0; i < devices.size(); ++i) {
    array.Set(static_cast<uint32_t>(i), DeviceToJs(info.Env(), devices[i]));
  }
  return array;
}

Napi::Value Inspect(const Napi::CallbackInfo& info) {
  std::shared_ptr<const CheckpointPlan> plan;
  if (info[1].IsObject()) plan = CheckpointPlanFromJs(info[1].As<Napi::Object>());
  // Deletes itself when done.
  auto* worker = new InspectWorker(info.Env(), StringArgument(info), std::move(plan));
  Napi::Promise promise = worker->promise();
  worker->Queue();
  return promise;
}

Napi::Value ReadSafetensorsJs(const Napi::CallbackInfo& info) {
  if (!info[0].IsArray()) throw Napi::TypeError::New(info.Env(), "expected an array");
  const auto array = info[0].As<Napi::Array>();
  std::vector<std::string> paths;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value item = array.Get(i);
    if (!item.IsString()) throw Napi::TypeError::New(info.Env(), "expected an array of strings");
    paths.push_back(item.As<Napi::String>().Utf8Value());
  }
  // Deletes itself when done.
  auto* worker = new SafetensorsWorker(info.Env(), std::move(paths));
  Napi::Promise promise = worker->promise();
  worker->Queue();
  return promise;
}

Napi::Value ProcessImageJs(const Napi::CallbackInfo& info) {
  if (!info[0].IsObject() || !info[1].IsObject()) {
    throw Napi::TypeError::New(info.Env(), "expected two objects");
  }
  // Deletes itself when done.
  auto* worker =
      new ImageWorker(info.Env(), info[0].As<Napi::Object>(), info[1].As<Napi::Object>());
  Napi::Promise promise = worker->promise();
  worker->Queue();
  return promise;
}

Napi::Value UsedMemoryJs(const Napi::CallbackInfo& info) {
  return DeviceMemoryToJs(info.Env(), UsedMemory());
}

Napi::Value CreateModel(const Napi::CallbackInfo& info) {
  return AddonData::Of(info.Env()).model_constructor.New({});
}

Napi::Value CreateTokenizer(const Napi::CallbackInfo& info) {
  return AddonData::Of(info.Env()).tokenizer_constructor.New({});
}

Napi::Value ShutdownSync(const Napi::CallbackInfo& info) {
  AddonData::Of(info.Env()).ShutdownEngines();
  return info.Env().Undefined();
}

Napi::Array ErrorCodes(Napi::Env env) {
  const char* names[] = {
#define ABSTRACTLLM_CODE_NAME(value, name) name,
      ABSTRACTLLM_CODES(ABSTRACTLLM_CODE_NAME)
#undef ABSTRACTLLM_CODE_NAME
  };
  Napi::Array array = Napi::Array::New(env);
  for (const char* name : names) array.Set(array.Length(), name);
  return array;
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto* data = new AddonData(env);
  env.SetInstanceData(data);
  data->model_constructor = Napi::Persistent(ModelWrap::Define(env));
  data->tokenizer_constructor = Napi::Persistent(TokenizerWrap::Define(env));
  exports.Set("engineVersion", EngineVersion());
  exports.Set("errorCodes", ErrorCodes(env));
  exports.Set("initialize", Napi::Function::New<Initialize>(env));
  exports.Set("setEventHandler", Napi::Function::New<SetEventHandler>(env));
  exports.Set("listDevices", Napi::Function::New<ListDevicesJs>(env));
  exports.Set("inspect", Napi::Function::New<Inspect>(env));
  exports.Set("readSafetensors", Napi::Function::New<ReadSafetensorsJs>(env));
  exports.Set("processImage", Napi::Function::New<ProcessImageJs>(env));
  exports.Set("tryLockFile", Napi::Function::New<TryLockFileJs>(env));
  exports.Set("unlockFile", Napi::Function::New<UnlockFileJs>(env));
  exports.Set("tryTemplate", Napi::Function::New<TryTemplateJs>(env));
  exports.Set("measureMemoryBandwidth", Napi::Function::New<MeasureMemoryBandwidthJs>(env));
  exports.Set("usedMemory", Napi::Function::New<UsedMemoryJs>(env));
  exports.Set("createModel", Napi::Function::New<CreateModel>(env));
  exports.Set("createTokenizer", Napi::Function::New<CreateTokenizer>(env));
  exports.Set("shutdownSync", Napi::Function::New<ShutdownSync>(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(abstractllm, Init)

}  // namespace abstractllm
