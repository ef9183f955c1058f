// Texts of tokens by id, and ids by text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace abstractllm {

// Thread: any, concurrently. Owns: the texts, in one block of memory.
class TokenTable {
 public:
  TokenTable() = default;
  // By id; an id with an empty text is not in use. Of two with the same text, the later is
  // found, as the reference does.
  explicit TokenTable(const std::vector<std::string>& texts);

  // -1: no such token.
  int32_t Find(std::string_view text) const;
  // Empty for an id that is not in use or outside.
  std::string_view Text(int32_t id) const;
  // One more than the highest id.
  int32_t size() const { return static_cast<int32_t>(begins_.size()) - 1; }
  size_t longest_text() const { return longest_; }

 private:
  std::string block_;
  std::vector<uint32_t> begins_ = {0};  // of each text in the block, and the block's end
  std::vector<int32_t> slots_;          // open addressing; -1: empty
  size_t longest_ = 0;
};

}  // namespace abstractllm
