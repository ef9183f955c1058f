// A small number for every character, quick to ask.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tokenizer/unicode/unicode_data.h"

namespace abstractllm {

// Thread: any, concurrently, once it is built.
class CodePointValues {
 public:
  // From a table of UnicodeData.
  explicit CodePointValues(Table<uint32_t> changes);

  uint8_t At(char32_t code) const { return pages_[page_of_[code >> 8]][code & 0xFF]; }

 private:
  using Page = std::array<uint8_t, 256>;

  // Equal pages are one.
  std::vector<Page> pages_;
  std::array<uint16_t, 0x1100> page_of_{};
};

}  // namespace abstractllm
