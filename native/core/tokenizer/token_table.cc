#include "tokenizer/token_table.h"

#include <algorithm>

#include "tokenizer/text_hash.h"

namespace abstractllm {

TokenTable::TokenTable(const std::vector<std::string>& texts) {
  size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  block_.reserve(bytes);
  begins_.reserve(texts.size() + 1);
  for (const std::string& text : texts) {
    block_ += text;
    begins_.push_back(static_cast<uint32_t>(block_.size()));
    longest_ = std::max(longest_, text.size());
  }
  size_t slots = 16;
  while (slots < texts.size() * 2) slots *= 2;
  slots_.assign(slots, -1);
  for (int32_t id = 0; id < size(); ++id) {
    const std::string_view text = Text(id);
    if (text.empty()) continue;
    size_t slot = HashText(text) & (slots - 1);
    while (slots_[slot] >= 0 && Text(slots_[slot]) != text) slot = (slot + 1) & (slots - 1);
    slots_[slot] = id;
  }
}

int32_t TokenTable::Find(std::string_view text) const {
  if (slots_.empty() || text.empty() || text.size() > longest_) return -1;
  const size_t mask = slots_.size() - 1;
  for (size_t slot = HashText(text) & mask; slots_[slot] >= 0; slot = (slot + 1) & mask) {
    if (Text(slots_[slot]) == text) return slots_[slot];
  }
  return -1;
}

std::string_view TokenTable::Text(int32_t id) const {
  if (id < 0 || id >= size()) return {};
  const auto index = static_cast<size_t>(id);
  return std::string_view(block_).substr(begins_[index], begins_[index + 1] - begins_[index]);
}

}  // namespace abstractllm
