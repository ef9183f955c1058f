#include "inspect_worker.h"

#include "event_to_js.h"

namespace abstractllm {

InspectWorker::InspectWorker(Napi::Env env, std::string path,
                             std::shared_ptr<const CheckpointPlan> plan)
    : Napi::AsyncWorker(env), path_(std::move(path)), plan_(std::move(plan)), deferred_(env) {}

void InspectWorker::Execute() {
  if (plan_ == nullptr) {
    result_.emplace(ReadGguf(path_));
    return;
  }
  Result<std::unique_ptr<Checkpoint>> opened = Checkpoint::Open(*plan_, path_);
  if (!opened.ok()) {
    result_.emplace(opened.status());
    return;
  }
  checkpoint_ = std::move(opened.value());
  result_.emplace(checkpoint_->summary());
}

void InspectWorker::OnOK() {
  if (result_->ok()) {
    deferred_.Resolve(InspectionToJs(Env(), result_->value()));
  } else {
    deferred_.Reject(FailureToJs(Env(), result_->status()));
  }
}

void InspectWorker::OnError(const Napi::Error& error) {
  deferred_.Reject(FailureToJs(Env(), Status::Error(Code::kInternal, error.Message())));
}

}  // namespace abstractllm
