// Sets of characters, small to build and quick to ask.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tokenizer/unicode/unicode_data.h"

namespace abstractllm {

constexpr char32_t kLastCodePoint = 0x10FFFF;

// In order, and neither overlapping nor touching.
using CodePointRanges = std::vector<CodePointRange>;

// Sorts and joins.
CodePointRanges Normalized(CodePointRanges ranges);
CodePointRanges Union(const CodePointRanges& a, const CodePointRanges& b);
CodePointRanges Intersection(const CodePointRanges& a, const CodePointRanges& b);
CodePointRanges Complement(const CodePointRanges& ranges);

// Thread: any, concurrently, once it is built.
class CodePointSet {
 public:
  CodePointSet() : CodePointSet(CodePointRanges()) {}
  explicit CodePointSet(const CodePointRanges& ranges);

  bool Contains(char32_t code) const {
    const Page& page = pages_[page_of_[code >> kPageBits]];
    return (page[(code & kPageMask) >> 6] >> (code & 63) & 1) != 0;
  }
  // `code` is below 0x80.
  bool ContainsAscii(unsigned char code) const {
    return (ascii_[code >> 6] >> (code & 63) & 1) != 0;
  }

 private:
  static constexpr int kPageBits = 8;
  static constexpr char32_t kPageMask = (1u << kPageBits) - 1;
  using Page = std::array<uint64_t, 4>;

  std::array<uint64_t, 2> ascii_{};
  // Equal pages are one.
  std::vector<Page> pages_;
  std::array<uint16_t, ((kLastCodePoint + 1) >> kPageBits)> page_of_{};
};

}  // namespace abstractllm
