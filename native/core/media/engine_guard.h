// Failed assertions of the engine as exceptions, where a file from outside could cause them.
#pragma once

#include <stdexcept>

namespace abstractllm {

// The assertion, as the engine words it: "clip.cpp:1180: GGML_ASSERT(...) failed".
class EngineAssertion : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// While one lives, an assertion of ggml, llama.cpp or mtmd that fails on the same thread
// throws EngineAssertion instead of ending the process. What the engine was working on may
// then only be freed. Not a substitute for checking input: assertions on the engine's compute
// threads still end the process, which EngineGuardPause explains.
//
// The exception passes frames of C, which needs their unwind tables: the default on all
// 64-bit systems.
// Thread: construct and destroy on the same thread. Guards nest.
class EngineGuard {
 public:
  EngineGuard();
  ~EngineGuard();
  EngineGuard(const EngineGuard&) = delete;
  EngineGuard& operator=(const EngineGuard&) = delete;
};

// While one lives, no guard counts on this thread. For graph computation: an exception of
// the thread that computes together with others would leave them waiting for it for ever.
class EngineGuardPause {
 public:
  EngineGuardPause();
  ~EngineGuardPause();
  EngineGuardPause(const EngineGuardPause&) = delete;
  EngineGuardPause& operator=(const EngineGuardPause&) = delete;

 private:
  int paused_;
};

}  // namespace abstractllm
