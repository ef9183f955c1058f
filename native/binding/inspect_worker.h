// Reads a GGUF header, or makes that of a checkpoint, on a pool thread: milliseconds of
// disk, so the pool is right.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "checkpoint/checkpoint.h"
#include "gguf_file.h"
#include "napi_setup.h"
#include "status.h"

namespace abstractllm {

class InspectWorker final : public Napi::AsyncWorker {
 public:
  // `plan` is null for a GGUF file.
  InspectWorker(Napi::Env env, std::string path, std::shared_ptr<const CheckpointPlan> plan);
  Napi::Promise promise() const { return deferred_.Promise(); }

 private:
  void Execute() override;
  void OnOK() override;
  void OnError(const Napi::Error& error) override;

  std::string path_;
  std::shared_ptr<const CheckpointPlan> plan_;
  std::unique_ptr<Checkpoint> checkpoint_;  // whose memory its summary refers to
  std::optional<Result<GgufSummary>> result_;
  Napi::Promise::Deferred deferred_;
};

}  // namespace abstractllm
