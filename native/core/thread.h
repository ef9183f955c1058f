// A thread with a name and a stack of a stated size; std::thread offers neither.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace abstractllm {

// Owns: the operating system's thread. Join before destruction if it was started.
class Thread {
 public:
  Thread() = default;
  ~Thread();
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  // `name` has at most 15 characters (a limit of Linux). `stack_bytes` is reserved,
  // and committed only as it is touched. False if the system refuses a thread.
  bool Start(const std::string& name, size_t stack_bytes, std::function<void()> body);
  bool started() const { return handle_ != nullptr; }
  // Thread: any but the thread itself; once.
  void Join();

 private:
  struct Handle;
  Handle* handle_ = nullptr;
};

// Lets the JavaScript thread win the CPU when both want it: inference on all cores
// must not delay an event. Applies to the calling thread and, on
// Linux, to those it creates.
void LowerThreadPriority();

}  // namespace abstractllm
