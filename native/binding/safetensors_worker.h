// Reads the headers of safetensors files on a pool thread: milliseconds of disk.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checkpoint/safetensors.h"
#include "napi_setup.h"
#include "status.h"

namespace abstractllm {

class SafetensorsWorker final : public Napi::AsyncWorker {
 public:
  SafetensorsWorker(Napi::Env env, std::vector<std::string> paths);
  Napi::Promise promise() const { return deferred_.Promise(); }

 private:
  void Execute() override;
  void OnOK() override;
  void OnError(const Napi::Error& error) override;

  std::vector<std::string> paths_;
  std::vector<SafetensorsHeader> headers_;
  Status status_;
  Napi::Promise::Deferred deferred_;
};

}  // namespace abstractllm
