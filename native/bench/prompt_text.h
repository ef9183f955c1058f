// Texts to measure with.
#pragma once

#include <cstdint>
#include <string>

namespace abstractllm::bench {

// `length` lower-case letters and spaces, of which the generated models make one token
// each. Texts of different seeds share no beginning worth caching.
inline std::string PromptText(int length, uint32_t seed) {
  constexpr char kLetters[] = "abcdefgklmopqrsuvwxyz";
  std::string text;
  uint64_t state = seed * 0x9E3779B97F4A7C15ull + 1;
  for (int i = 0; i < length; ++i) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    const auto draw = static_cast<uint32_t>(state >> 33);
    text += i % 6 == 5 ? ' ' : kLetters[draw % (sizeof(kLetters) - 1)];
  }
  return text;
}

}  // namespace abstractllm::bench
