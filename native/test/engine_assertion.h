// Turns failed assertions of ggml and llama.cpp into exceptions, so that tests can show
// that a file would reach one. For tests only: what the exception leaves behind is not
// fit for use, and in C code without unwind tables it would not even arrive.
#pragma once

#include <stdexcept>

namespace abstractllm {

// The assertion, as the engine words it: "file:line: GGML_ASSERT(...) failed".
class EngineAssertion : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// While one lives, an assertion that fails on the same thread throws EngineAssertion
// instead. llama_model_load_from_file and llama_init_from_model catch it themselves and
// return nullptr; other calls let it through. What they worked on must then be freed.
// Assertions in compute threads still end the process.
// Thread: construct and destroy on the same thread. Scopes nest.
class EngineAssertionScope {
 public:
  EngineAssertionScope();
  ~EngineAssertionScope();
  EngineAssertionScope(const EngineAssertionScope&) = delete;
  EngineAssertionScope& operator=(const EngineAssertionScope&) = delete;
};

}  // namespace abstractllm
