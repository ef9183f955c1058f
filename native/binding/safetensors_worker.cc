#include "safetensors_worker.h"

#include "event_to_js.h"

namespace abstractllm {
namespace {

Napi::Object TensorToJs(Napi::Env env, const SafetensorsEntry& tensor, size_t file) {
  Napi::Array shape = Napi::Array::New(env, tensor.shape.size());
  for (size_t i = 0; i < tensor.shape.size(); ++i) {
    shape.Set(static_cast<uint32_t>(i),
              Napi::Number::New(env, static_cast<double>(tensor.shape[i])));
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("name", Napi::String::New(env, tensor.name));
  object.Set("file", Napi::Number::New(env, static_cast<double>(file)));
  object.Set("dtype", tensor.type->name);
  object.Set("shape", shape);
  return object;
}

}  // namespace

SafetensorsWorker::SafetensorsWorker(Napi::Env env, std::vector<std::string> paths)
    : Napi::AsyncWorker(env), paths_(std::move(paths)), deferred_(env) {}

void SafetensorsWorker::Execute() {
  for (const std::string& path : paths_) {
    Result<SafetensorsHeader> header = ReadSafetensors(path);
    if (!header.ok()) {
      status_ = header.status();
      return;
    }
    headers_.push_back(std::move(header.value()));
  }
}

void SafetensorsWorker::OnOK() {
  if (!status_.ok()) {
    deferred_.Reject(FailureToJs(Env(), status_));
    return;
  }
  Napi::Array tensors = Napi::Array::New(Env());
  for (size_t file = 0; file < headers_.size(); ++file) {
    for (const SafetensorsEntry& tensor : headers_[file].tensors) {
      tensors.Set(tensors.Length(), TensorToJs(Env(), tensor, file));
    }
  }
  Napi::Object object = Napi::Object::New(Env());
  object.Set("tensors", tensors);
  deferred_.Resolve(object);
}

void SafetensorsWorker::OnError(const Napi::Error& error) {
  deferred_.Reject(FailureToJs(Env(), Status::Error(Code::kInternal, error.Message())));
}

}  // namespace abstractllm
