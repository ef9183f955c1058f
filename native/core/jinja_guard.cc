#include "jinja_guard.h"

#include <stdexcept>

namespace abstractllm {
namespace {

thread_local JinjaGuard* current_guard = nullptr;

// A long conversation with many tools takes some hundred thousand steps.
constexpr uint64_t kMaxSteps = 1'000'000;
constexpr int kMaxDepth = 400;

}  // namespace

JinjaGuard::JinjaGuard(const CancelToken* cancel) : cancel_(cancel), outer_(current_guard) {
  current_guard = this;
}

JinjaGuard::~JinjaGuard() { current_guard = outer_; }

void JinjaGuard::Enter(uint64_t cost) {
  steps_ += cost;
  if (depth_ > kMaxDepth || steps_ > kMaxSteps || (cancel_ != nullptr && cancel_->cancelled())) {
    tripped_ = true;
  }
  if (tripped_) throw std::runtime_error("the template takes too many steps, or nests too deeply");
}

JinjaStep::JinjaStep(uint64_t cost) : guard_(current_guard) {
  if (guard_ == nullptr) return;
  guard_->Enter(cost);
  ++guard_->depth_;
}

JinjaStep::~JinjaStep() {
  if (guard_ != nullptr) --guard_->depth_;
}

}  // namespace abstractllm
