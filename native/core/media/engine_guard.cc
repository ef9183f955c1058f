#include "media/engine_guard.h"

#include <cstdio>
#include <mutex>
#include <string>
#include <utility>

#include "ggml.h"

namespace abstractllm {
namespace {

thread_local int guards = 0;

// "/where/it/was/built/clip.cpp:12: x" -> "clip.cpp:12: x"
std::string WithoutFolder(const std::string& message) {
  const size_t end = message.find(": ");
  const size_t slash = message.find_last_of("/\\", end);
  return slash == std::string::npos || end == std::string::npos ? message
                                                                : message.substr(slash + 1);
}

// The engine calls abort() when this returns.
void OnEngineAbort(const char* message) {
  if (guards > 0) throw EngineAssertion(WithoutFolder(message));
  std::fprintf(stderr, "%s\n", message);
}

}  // namespace

EngineGuard::EngineGuard() {
  static std::once_flag once;
  std::call_once(once, [] { ggml_set_abort_callback(OnEngineAbort); });
  ++guards;
}

EngineGuard::~EngineGuard() { --guards; }

EngineGuardPause::EngineGuardPause() : paused_(std::exchange(guards, 0)) {}

EngineGuardPause::~EngineGuardPause() { guards = paused_; }

}  // namespace abstractllm
