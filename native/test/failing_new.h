// Makes operator new fail, to see what becomes of it.
#pragma once

#include <cstdint>

namespace abstractllm::test {

// While it lives, the allocation after `count` others on this thread throws
// std::bad_alloc; those before and after it succeed. Thread: construct and destroy on the same.
class FailingNew {
 public:
  explicit FailingNew(int64_t count);
  ~FailingNew();
  FailingNew(const FailingNew&) = delete;
  FailingNew& operator=(const FailingNew&) = delete;

  // Whether the time for it has come.
  bool failed() const;
};

}  // namespace abstractllm::test
