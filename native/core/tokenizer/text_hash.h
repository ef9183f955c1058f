// A quick hash of short texts, for tables in memory; not for anything that is stored, and
// not against people who search for collisions: tables probe a bounded number of places or
// hold what files chose.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace abstractllm {

inline uint64_t MixBits(uint64_t value) {
  value ^= value >> 32;
  value *= 0xD6E8FEB86659FD93u;
  value ^= value >> 32;
  return value;
}

inline uint64_t HashText(std::string_view text) {
  constexpr uint64_t kFactor = 0x9E3779B97F4A7C15u;
  uint64_t hash = text.size() * kFactor;
  const char* at = text.data();
  size_t left = text.size();
  for (; left >= sizeof(uint64_t); at += sizeof(uint64_t), left -= sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    hash = (hash ^ word) * kFactor;
    hash ^= hash >> 29;
  }
  uint64_t rest = 0;
  for (size_t i = 0; i < left; ++i) rest = rest << 8 | static_cast<unsigned char>(at[i]);
  return MixBits((hash ^ rest) * kFactor);
}

}  // namespace abstractllm
