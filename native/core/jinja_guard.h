// Bounds what a chat template may do. Templates are programs inside model files: one
// that recurses or loops without end must not take the process with it.
#pragma once

#include <cstdint>

#include "cancel.h"

namespace abstractllm {

// While it lives, templates that run on this thread share its budget; a step beyond it
// throws std::runtime_error, and so does every later one, because the engine swallows
// exceptions when it tries a template out. Thread: construct and destroy on the same.
class JinjaGuard {
 public:
  // `cancel` may be null.
  explicit JinjaGuard(const CancelToken* cancel);
  ~JinjaGuard();
  JinjaGuard(const JinjaGuard&) = delete;
  JinjaGuard& operator=(const JinjaGuard&) = delete;

  bool tripped() const { return tripped_; }

 private:
  friend class JinjaStep;
  void Enter(uint64_t cost);

  const CancelToken* cancel_;
  JinjaGuard* outer_;
  uint64_t steps_ = 0;
  int depth_ = 0;
  bool tripped_ = false;
};

// Stands in each place where the engine executes a part of a template; the build puts
// it there (cmake/jinja_guard.cmake).
class JinjaStep {
 public:
  explicit JinjaStep(uint64_t cost = 1);
  ~JinjaStep();
  JinjaStep(const JinjaStep&) = delete;
  JinjaStep& operator=(const JinjaStep&) = delete;

 private:
  JinjaGuard* guard_;
};

}  // namespace abstractllm
