// What a run of core_bench measures, and how much of it.
#pragma once

#include <cstdint>
#include <set>
#include <string>

namespace abstractllm::bench {

// In tokens, unless said otherwise. The generated models have one token per byte.
struct Sizes {
  int prompt = 512;
  int generated = 128;
  int streams = 8;  // at once
  int chat_prefix = 1200;
  int chat_answer = 32;
  int cached_prefix = 1400;
  int question = 16;
  int long_prompt = 4000;
  int aborted_prompt = 1400;
  uint32_t context = 8192;
};

// For a look at whether everything works: the numbers mean little.
inline Sizes QuickSizes() { return {64, 16, 4, 192, 8, 256, 8, 512, 512, 1024}; }

struct Settings {
  std::string model;  // path of a .gguf file, UTF-8
  int threads = 0;    // 0: as the core chooses
  int rounds = 3;
  bool json = false;
  Sizes sizes;
  std::set<std::string> only;  // names of scenarios; empty: all
};

}  // namespace abstractllm::bench
