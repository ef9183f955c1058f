#include "failing_new.h"

#include <cstdlib>
#include <new>

namespace abstractllm::test {
namespace {

// Below 0: no failure is due.
thread_local int64_t allocations_left = -1;

}  // namespace

FailingNew::FailingNew(int64_t count) { allocations_left = count; }
FailingNew::~FailingNew() { allocations_left = -1; }
bool FailingNew::failed() const { return allocations_left < 0; }

}  // namespace abstractllm::test

// In place of the library's, for the whole test program. The array forms call these, and so
// does the one that does not throw, but for sanitizers, which have one of their own.
void* operator new(std::size_t size) {
  using abstractllm::test::allocations_left;
  if (allocations_left >= 0 && allocations_left-- == 0) throw std::bad_alloc();
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
