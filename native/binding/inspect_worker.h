// Reads a GGUF header on a pool thread: milliseconds of disk, so the pool is right.
#pragma once

#include <optional>
#include <string>

#include "gguf_file.h"
#include "napi_setup.h"
#include "status.h"

namespace abstractllm {

class InspectWorker final : public Napi::AsyncWorker {
 public:
  InspectWorker(Napi::Env env, std::string path);
  Napi::Promise promise() const { return deferred_.Promise(); }

 private:
  void Execute() override;
  void OnOK() override;
  void OnError(const Napi::Error& error) override;

  std::string path_;
  std::optional<Result<GgufSummary>> result_;
  Napi::Promise::Deferred deferred_;
};

}  // namespace abstractllm
