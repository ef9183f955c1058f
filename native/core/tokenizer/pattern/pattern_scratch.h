// What matching needs and finds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace abstractllm {

// What a matcher remembers of one text. Kept from text to text.
// Thread: one at a time.
struct PatternScratch {
  // What to do when matching cannot go on: another choice, or the end of a look.
  struct Entry {
    uint32_t instruction = 0;
    uint32_t at = 0;
    // Of a run: how far it can give back, and where it began and ended.
    uint32_t least = 0;
    uint32_t begin = 0;
    uint32_t end = 0;
    uint32_t trail = 0;  // length of `trail` when it was made
  };
  // A run without a maximum: from where to where it once went, and from where it is known
  // to lead nowhere.
  struct Run {
    uint32_t begin = UINT32_MAX;
    uint32_t end = 0;
    uint32_t failed_begin = UINT32_MAX;
    uint32_t failed_end = 0;
  };
  std::vector<Entry> stack;
  std::vector<Run> runs;
  // Once a text takes long, two bits for each choice at each of its bytes: it was tried;
  // and, inside of looks, it led to a match.
  std::vector<uint64_t> tried;
  std::vector<size_t> trail;  // the choices that the current look made, as bits of `tried`
  // Steps of matching, in all: they stay in proportion to what was matched.
  uint64_t steps = 0;
};

struct PatternMatch {
  size_t begin = 0;
  size_t end = 0;
};

}  // namespace abstractllm
