// Reads the headers of safetensors files on a pool thread: milliseconds of disk. Their
// tensors, tens of thousands in models with many experts, reach JavaScript as a few flat
// arrays: an object each would hold up its thread.
#pragma once

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

  Status Read();
  void Add(const SafetensorsEntry& tensor, size_t file);

  std::vector<std::string> paths_;
  Status status_;
  // NativeSafetensors (src/native/checkpoint-plan.ts).
  std::string names_;
  std::vector<uint32_t> files_;
  std::vector<std::string> types_;
  std::vector<uint8_t> type_of_;
  std::vector<uint8_t> dimensions_;
  std::vector<double> shapes_;
  Napi::Promise::Deferred deferred_;
};

}  // namespace abstractllm
