// Loads a GGUF as the package would, for fuzzing: does the engine survive what the
// checks let through?
#pragma once

#include <string>

namespace abstractllm::test {

enum class ProbeResult { kRejected, kRefusedByEngine, kLoaded };

struct ProbeOptions {
  bool validate = true;  // ask ReadGguf and ValidateForLoading first
  bool load = true;      // then load, create a context and decode one token
  bool net = true;       // all but the decoding inside an EngineAssertionScope
};

ProbeResult ProbeGguf(const std::string& path, const ProbeOptions& options, std::string* reason);

}  // namespace abstractllm::test
