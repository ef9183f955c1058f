#include "engine_assertion.h"

#include <cstdio>
#include <mutex>

#include "ggml.h"

namespace abstractllm {
namespace {

thread_local int scopes = 0;

// ggml calls abort() when this returns. The exception passes frames of C code, which
// needs their unwind tables: the default on 64-bit systems, -fexceptions elsewhere.
void OnEngineAbort(const char* message) {
  if (scopes > 0) throw EngineAssertion(message);
  std::fprintf(stderr, "%s\n", message);
}

}  // namespace

EngineAssertionScope::EngineAssertionScope() {
  static std::once_flag once;
  std::call_once(once, [] { ggml_set_abort_callback(OnEngineAbort); });
  ++scopes;
}

EngineAssertionScope::~EngineAssertionScope() { --scopes; }

}  // namespace abstractllm
