// The same text many times over.
#pragma once

#include <cstddef>
#include <string>

namespace abstractllm::test {

inline std::string Repeat(const std::string& text, size_t times) {
  std::string result;
  for (size_t i = 0; i < times; ++i) result += text;
  return result;
}

}  // namespace abstractllm::test
