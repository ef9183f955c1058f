#include "inspect_worker.h"

#include "event_to_js.h"

namespace abstractllm {

InspectWorker::InspectWorker(Napi::Env env, std::string path)
    : Napi::AsyncWorker(env), path_(std::move(path)), deferred_(env) {}

void InspectWorker::Execute() { result_.emplace(ReadGguf(path_)); }

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
