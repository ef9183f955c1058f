#include "jinja_guard.h"

#include <stdexcept>

namespace abstractllm {
namespace {

thread_local JinjaGuard* current_guard = nullptr;

// A long conversation with many tools takes some hundred thousand steps.
constexpr uint64_t kMaxSteps = 1'000'000;
constexpr int kMaxDepth = 400;
// Each level of nesting copies what it made: a prompt of ten million bytes takes some
// hundred million.
constexpr uint64_t kMaxBytes = uint64_t{256} << 20;
constexpr uint64_t kItemBytes = 64;

}  // namespace

JinjaGuard::JinjaGuard(const CancelToken* cancel) : cancel_(cancel), outer_(current_guard) {
  current_guard = this;
}

JinjaGuard::~JinjaGuard() { current_guard = outer_; }

void JinjaGuard::Enter(uint64_t cost) {
  steps_ += cost;
  Check();
}

void JinjaGuard::AddBytes(uint64_t bytes) {
  const bool fits = bytes_ <= kMaxBytes && bytes <= kMaxBytes - bytes_;
  bytes_ = fits ? bytes_ + bytes : kMaxBytes + 1;
  Check();
}

void JinjaGuard::Check() {
  if (depth_ > kMaxDepth || steps_ > kMaxSteps || bytes_ > kMaxBytes ||
      (cancel_ != nullptr && cancel_->cancelled())) {
    tripped_ = true;
  }
  if (tripped_) throw std::runtime_error(kJinjaBeyondLimits);
}

JinjaStep::JinjaStep(uint64_t cost) : guard_(current_guard) {
  if (guard_ == nullptr) return;
  guard_->Enter(cost);
  ++guard_->depth_;
}

JinjaStep::~JinjaStep() {
  if (guard_ != nullptr) --guard_->depth_;
}

void CountJinjaBytes(uint64_t bytes) {
  if (current_guard != nullptr) current_guard->AddBytes(bytes);
}

void CountJinjaProduct(int64_t count, int64_t size) {
  if (count <= 0 || size <= 0) return;
  const bool countable = count <= INT64_MAX / size;
  CountJinjaBytes(countable ? static_cast<uint64_t>(count * size) : UINT64_MAX);
}

void CountJinjaItem() { CountJinjaBytes(kItemBytes); }

}  // namespace abstractllm
