#include "tokenizer/unicode/code_point_values.h"

#include <map>

namespace abstractllm {

CodePointValues::CodePointValues(Table<uint32_t> changes) {
  std::map<Page, uint16_t> known;
  size_t next = 0;
  uint8_t value = 0;
  for (size_t index = 0; index < page_of_.size(); ++index) {
    Page page;
    for (size_t offset = 0; offset < page.size(); ++offset) {
      if (next < changes.size && changes.data[next] >> 8 == (index << 8 | offset)) {
        value = static_cast<uint8_t>(changes.data[next++]);
      }
      page[offset] = value;
    }
    const auto [entry, is_new] = known.emplace(page, static_cast<uint16_t>(pages_.size()));
    if (is_new) pages_.push_back(page);
    page_of_[index] = entry->second;
  }
}

}  // namespace abstractllm
