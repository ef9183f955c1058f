// The element types of the safetensors format.
#pragma once

#include <cstdint>
#include <string>

namespace abstractllm {

struct SafetensorsType {
  const char* name = "";  // as in the file: "BF16"
  uint32_t bits = 0;      // of one element
};

// Null for a name that the format does not have.
const SafetensorsType* FindSafetensorsType(const std::string& name);

}  // namespace abstractllm
