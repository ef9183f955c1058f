// Bounds what a chat template may do. Templates are programs inside model files: one
// that recurses, loops or doubles a text without end must not take the process with it.
#pragma once

#include <cstdint>
#include <stdexcept>

#include "cancel.h"

namespace abstractllm {

// While it lives, templates that run on this thread share its budget of steps, bytes and
// depth; what goes beyond it throws std::runtime_error, and so does all that follows,
// because the engine swallows exceptions when it tries a template out.
// Thread: construct and destroy on the same.
class JinjaGuard {
 public:
  // `cancel` may be null.
  explicit JinjaGuard(const CancelToken* cancel);
  ~JinjaGuard();
  JinjaGuard(const JinjaGuard&) = delete;
  JinjaGuard& operator=(const JinjaGuard&) = delete;

  // Whether a template went beyond the budget, or was cancelled.
  bool tripped() const { return tripped_; }

 private:
  friend class JinjaStep;
  friend void CountJinjaBytes(uint64_t bytes);
  void Enter(uint64_t cost);
  void AddBytes(uint64_t bytes);
  void Check();

  const CancelToken* cancel_;
  JinjaGuard* outer_;
  uint64_t steps_ = 0;
  uint64_t bytes_ = 0;
  int depth_ = 0;
  bool tripped_ = false;
};

// What JinjaGuard says, whoever hears it.
inline constexpr char kJinjaBeyondLimits[] =
    "the template takes too many steps, nests too deeply, or makes too much text";

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

// Counts bytes that a template makes, whatever becomes of them. The build puts these where
// the engine makes texts and lists. Without a guard they do nothing.
void CountJinjaBytes(uint64_t bytes);
// `count` times `size`; nothing if one of them is negative.
void CountJinjaProduct(int64_t count, int64_t size);
// An item of a list.
void CountJinjaItem();

// The engine's kind of text, with its parts.
template <typename Text>
void CountJinjaText(const Text& text) {
  CountJinjaBytes(text.length() + text.parts.size() * sizeof(text.parts[0]));
}

template <typename Text>
Text CountedJinjaText(Text text) {
  CountJinjaText(text);
  return text;
}

// Throws if `list` is `item`, or in it: the engine follows lists into each other on its stack.
template <typename Value>
void RefuseJinjaCycle(const void* list, const Value& item) {
  JinjaStep step;
  if (item.get() == list) throw std::runtime_error("a list cannot hold itself");
  for (const Value& inner : item->val_arr) RefuseJinjaCycle(list, inner);
}

}  // namespace abstractllm
