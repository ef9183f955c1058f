#include "safetensors_worker.h"

#include <algorithm>

#include "event_to_js.h"

namespace abstractllm {
namespace {

template <typename T>
Napi::TypedArrayOf<T> TypedArray(Napi::Env env, const std::vector<T>& values) {
  auto array = Napi::TypedArrayOf<T>::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

}  // namespace

SafetensorsWorker::SafetensorsWorker(Napi::Env env, std::vector<std::string> paths)
    : Napi::AsyncWorker(env), paths_(std::move(paths)), deferred_(env) {}

void SafetensorsWorker::Execute() { status_ = Read(); }

Status SafetensorsWorker::Read() {
  for (size_t file = 0; file < paths_.size(); ++file) {
    const Result<SafetensorsHeader> header = ReadSafetensors(paths_[file]);
    if (!header.ok()) return header.status();
    const auto& tensors = header.value().tensors;
    if (tensors.size() > kMaxSafetensors - files_.size()) return TooManyTensors(paths_[file]);
    for (const SafetensorsEntry& tensor : tensors) Add(tensor, file);
  }
  return Status::Ok();
}

void SafetensorsWorker::Add(const SafetensorsEntry& tensor, size_t file) {
  if (!files_.empty()) names_ += '\0';
  names_ += tensor.name;
  files_.push_back(static_cast<uint32_t>(file));
  auto type = std::find(types_.begin(), types_.end(), tensor.type->name);
  if (type == types_.end()) type = types_.insert(type, tensor.type->name);
  type_of_.push_back(static_cast<uint8_t>(type - types_.begin()));
  dimensions_.push_back(static_cast<uint8_t>(tensor.shape.size()));
  for (const uint64_t extent : tensor.shape) shapes_.push_back(static_cast<double>(extent));
}

void SafetensorsWorker::OnOK() {
  if (!status_.ok()) {
    deferred_.Reject(FailureToJs(Env(), status_));
    return;
  }
  Napi::Array types = Napi::Array::New(Env(), types_.size());
  for (size_t i = 0; i < types_.size(); ++i) types.Set(static_cast<uint32_t>(i), types_[i]);
  Napi::Object object = Napi::Object::New(Env());
  object.Set("names", names_);
  object.Set("files", TypedArray(Env(), files_));
  object.Set("types", types);
  object.Set("typeOf", TypedArray(Env(), type_of_));
  object.Set("dimensions", TypedArray(Env(), dimensions_));
  object.Set("shapes", TypedArray(Env(), shapes_));
  deferred_.Resolve(object);
}

void SafetensorsWorker::OnError(const Napi::Error& error) {
  deferred_.Reject(FailureToJs(Env(), Status::Error(Code::kInternal, error.Message())));
}

}  // namespace abstractllm
